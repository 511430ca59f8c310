// Helper functions of generated C99; a line "// helper NAME" starts a block.

// helper log_one_plus
// log(1 + x) without branches, so that a compiler can turn loops over it into vector code.
// 1 + x = u + e exactly, u = 2^k m with m in [sqrt(1/2), sqrt(2)), and with f = m - 1 + 2^-k e
// log(1 + f) = 2 atanh(s/2) for s = f/(1 + f/2), by its Taylor series: |s| < 0.344 leaves
// 1e-18 after twelve terms.
static inline double log_one_plus(double x)
{
    union { double value; unsigned long long bits; } u, m, k, twice;
    u.value = 1.0 + x;
    const double back = u.value - 1.0;
    const double e = (1.0 - (u.value - back)) + (x - back);
    // Bits of sqrt(1/2); k counts from 1023, and 2^52 + k in a double's last bits is a number.
    const unsigned long long count =
        (u.bits - 0x3fe6a09e667f3bcdULL + (1023ULL << 52)) >> 52;
    k.bits = count | 0x4330000000000000ULL;
    m.bits = u.bits - (count << 52) + (1023ULL << 52);
    // 2^{1-k}, and not 2^-k, which would leave the exponents of doubles at the largest k.
    twice.bits = (2047ULL - count) << 52;
    const double f = (m.value - 1.0) + 0.5 * twice.value * e;
    const double s = f / (1.0 + 0.5 * f);
    const double z = 0.25 * s * s;
    double tail = 1.0 / 25.0;
    tail = tail * z + 1.0 / 23.0;
    tail = tail * z + 1.0 / 21.0;
    tail = tail * z + 1.0 / 19.0;
    tail = tail * z + 1.0 / 17.0;
    tail = tail * z + 1.0 / 15.0;
    tail = tail * z + 1.0 / 13.0;
    tail = tail * z + 1.0 / 11.0;
    tail = tail * z + 1.0 / 9.0;
    tail = tail * z + 1.0 / 7.0;
    tail = tail * z + 1.0 / 5.0;
    tail = tail * z + 1.0 / 3.0;
    const double exponent = k.value - (4503599627370496.0 + 1023.0);
    // log 2 as a sum: the first part has 32 bits, so that its product with k is exact.
    const double low = exponent * 1.9082149292705877e-10 + s * z * tail;
    const double value = exponent * 0.6931471803691238 + (s + low);
    const double special = u.value == 0.0 ? -HUGE_VAL : u.value < 0.0 ? NAN : u.value;
    return u.value > 0.0 && u.value < HUGE_VAL ? value : special;
}

// helper log_ratio
// order-th derivative of -log(1 - x)/x for x < 1. The recurrence
// F_k x = (k - 1)!/(1 - x)^k - k F_{k-1} cancels near zero, where the Taylor series replaces it.
static double log_ratio(int order, double x)
{
    double factorial = 1.0, power = 1.0, value;
    if (fabs(x) < (order > 0 ? 0.5 : 1e-300)) {
        double term = 1.0;
        for (int k = 2; k <= order; k++)
            term *= k;
        value = term / (order + 1);
        for (int j = 1; j <= 54 + 8 * order; j++) {
            term *= x * (j + order) / j;
            value += term / (j + order + 1);
        }
        return value;
    }
    value = -log1p(-x) / x;
    for (int k = 1; k <= order; k++) {
        power /= 1.0 - x;
        value = (factorial * power - k * value) / x;
        factorial *= k;
    }
    return value;
}

// helper log_tricomi
// log U(a, b, x) = -a log x + log <(1 + T/x)^{b-a-1}> over T ~ Gamma(a, 1), x > 0.
// NaN for a < 1/2, where the number of nodes would grow like 1/a.
// The average is the trapezoidal rule in z = log(T/a): with w = 2 pi/step its error decays like
// exp(-w^2/(2 a)), and at last like exp(-pi w/2). Beyond the ends a (e^z - 1 - z) exceeds 42.
static double log_tricomi(double a, double b, double x)
{
    if (!(a >= 0.5 && a < HUGE_VAL && x > 0.0))
        return NAN;
    const double step = 6.283185307179586 / (sqrt(84.0 * a) + 30.0);
    const double s = sqrt(84.0 / a);
    const int first = -(int)ceil((s + s * s / 2.0) / step);
    const int last = (int)ceil(log1p(s + s * s / 2.0) / step);
    double total = 0.0, mean = 0.0;
    for (int k = first; k <= last; k++) {
        const double growth = expm1(k * step);
        const double height = exp(-a * (growth - k * step));
        total += height;
        mean += height * pow(1.0 + a * (1.0 + growth) / x, b - a - 1.0);
    }
    return log(mean / total) - a * log(x);
}

// helper larger
// The larger of two numbers; NaN where one is.
static inline double larger(double a, double b)
{
    return a >= b || a != a ? a : b;
}

// helper smaller
// The smaller of two numbers; NaN where one is.
static inline double smaller(double a, double b)
{
    return a <= b || a != a ? a : b;
}

// helper sign_of
// -1, 0 or 1; NaN where the argument is.
static inline double sign_of(double x)
{
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;
}

// helper step
// 0, 1/2 at zero, or 1; NaN where the argument is.
static inline double step(double x)
{
    return x > 0.0 ? 1.0 : x < 0.0 ? 0.0 : x + 0.5;
}

// helper choose
// u where a < b, v elsewhere.
static inline double choose(double a, double b, double u, double v)
{
    return a < b ? u : v;
}
