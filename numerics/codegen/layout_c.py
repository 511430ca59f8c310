"""The text of a C99 file: includes, constants, helpers, a scalar and an array function."""

from __future__ import annotations

from collections.abc import Collection

from binodal.numerics.codegen.function import Function
from binodal.numerics.codegen.printer import Body, body
from binodal.numerics.codegen.rewrite import Constants, nearest_double
from binodal.numerics.codegen.support import helpers
from binodal.numerics.codegen.targets import Target

# The compensated logarithm and the order of sums are lost where operations may be reordered, and
# NaN says "outside the domain": such flags would turn a small error into a large one in silence.
_EXACT = """\
#if defined(__FAST_MATH__) || defined(_M_FP_FAST) || defined(__ASSOCIATIVE_MATH__) \\
    || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "compile without -ffast-math, -Ofast or parts of them: results would be wrong"
#endif"""


def c_module(function: Function, target: Target, by_value: Collection[str] = ()) -> str:
    """A file that needs the C library's mathematics only.

    ``double name(double, ...)`` is one point; with several results it is ``void`` and ends in one
    pointer a result. ``void name_n(size_t count, const double *, ..., double *, ...)`` is a loop
    over arrays; the arguments in ``by_value`` stay numbers there.
    """
    constants = Constants()
    of = body(function.expressions, target, constants)
    core = _core(function, of)
    lines = [f"// {line}" for line in (function.title, *function.comments)]
    values = [
        f"static const double {k} = {nearest_double(v)!r}; // {v}" for k, v in constants.values()
    ]
    parts = ["\n".join(lines), _EXACT, "\n".join(target.imports), "\n".join(values)]
    parts += [*helpers(target, core), core, _scalar(function), _array(function, by_value)]
    return "\n\n".join(filter(None, parts)) + "\n"


def _single(function: Function) -> bool:
    return len(function.expressions) == 1


def _outputs(function: Function) -> list[str]:
    return [f"out_{name}" for name in function.expressions]


def _numbers(function: Function) -> list[str]:
    return [f"double {p}" for p in function.parameters]


def _core(function: Function, of: Body) -> str:
    """The formulas; static, so that the array function's loop can take them in."""
    pointers = [] if _single(function) else [f"double *restrict {o}" for o in _outputs(function)]
    kind = "double" if _single(function) else "void"
    listed = ", ".join([*_numbers(function), *pointers]) or "void"
    lines = [f"static inline {kind} {function.name}_core({listed})", "{"]
    free = set().union(*(e.free_symbols for e in function.expressions.values()))
    lines += [f"    (void){a};" for a in function.arguments if a not in free]
    lines += [f"    const double {left} = {right};" for left, right in of.assignments]
    if _single(function):
        lines.append(f"    return {of.results[0]};")
    else:
        results = zip(_outputs(function), of.results, strict=True)
        lines += [f"    *{output} = {text};" for output, text in results]
    return "\n".join([*lines, "}"])


def _scalar(function: Function) -> str:
    pointers = [] if _single(function) else [f"double *{o}" for o in _outputs(function)]
    kind = "double" if _single(function) else "void"
    listed = ", ".join([*_numbers(function), *pointers]) or "void"
    names = [*function.parameters, *([] if _single(function) else _outputs(function))]
    call = f"{function.name}_core({', '.join(names)});"
    verb = "return " if _single(function) else ""
    return f"{kind} {function.name}({listed})\n{{\n    {verb}{call}\n}}"


def _array(function: Function, by_value: Collection[str]) -> str:
    """The loop; outputs may not overlap anything, which lets it run on vector registers."""
    inputs = [
        f"double {p}" if p in by_value else f"const double *restrict {p}"
        for p in function.parameters
    ]
    outputs = _outputs(function)
    listed = ", ".join(["size_t count", *inputs, *(f"double *restrict {o}" for o in outputs)])
    values = [p if p in by_value else f"{p}[i]" for p in function.parameters]
    if _single(function):
        inner = f"{outputs[0]}[i] = {function.name}_core({', '.join(values)});"
    else:
        places = [f"&{output}[i]" for output in outputs]
        inner = f"{function.name}_core({', '.join([*values, *places])});"
    head = f"void {function.name}_n({listed})"
    return f"{head}\n{{\n    for (size_t i = 0; i < count; i++)\n        {inner}\n}}"
