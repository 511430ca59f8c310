/* exp and erf in single precision without branches, so that a loop over them runs on vector
   registers. The @NAMES@ are filled in when the code is generated: polynomials fitted there, with
   their errors bounded. Absolute errors stay within a few units of 1e-7. */

#ifdef __FMA__
#define MULTIPLY_ADD(a, b, c) fmaf((a), (b), (c))
#else
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif

static inline float exp32(float x)
{
    const float low = -87.0f, high = 88.0f;
    float bounded = x < low ? low : (x > high ? high : x);
    float shifted = bounded * @LOG2_E@ + 12582912.0f; /* 1.5 * 2^23 rounds to an integer */
    float whole = shifted - 12582912.0f;
    float rest = (bounded - whole * @LN2_HIGH@) - whole * @LN2_LOW@;
    float series = @EXP_POLYNOMIAL@;
    union { int32_t bits; float value; } scale;
    scale.bits = ((int32_t)whole + 127) << 23;
    return series * scale.value;
}

static inline float erf32(float x)
{
    const float end = @ERF_END@;
    float bounded = x < -end ? -end : (x > end ? end : x);
    float y = bounded * bounded * @ERF_SCALE@ - 1.0f;
    return bounded * (@ERF_POLYNOMIAL@);
}
