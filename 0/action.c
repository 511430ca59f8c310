// action: S
// Generated from expressions ea8e804a9764239c.
// binodal 0.1.0: teacher-student action, derived theory.
// Derived in binodal.models.teacher_student.derivations.action: relaxed_action.
// S/d of the derived theory, relative to rho = 0
// kappa = 2*n**2*sigma_a2/(pi*N*d*sigma2**2)
// Assumes data: inputs are independent standard Gaussian vectors, x ~ N(0, I_d)
// Assumes equivalent kernel: sums over the data become n times Gaussian averages
// Assumes mode ansatz: the residual is b H1 + c H3 (or modes up to a chosen odd order K)
// Assumes normalisation: |w*| = 1
// Assumes large d: the law of a neuron is dominated by its leading exponential, exp(-d S/d)

#if defined(__FAST_MATH__) || defined(_M_FP_FAST) || defined(__ASSOCIATIVE_MATH__) \
    || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__)
#error "compile without -ffast-math, -Ofast or parts of them: results would be wrong"
#endif

#include <math.h>
#include <stddef.h>

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

static inline double action_core(double rho, double b, double c, double kappa, double sigma_w2)
{
    const double t0 = 2.0 * rho;
    const double t1 = b - (t0 * c);
    return ((1.0 / 2.0) * rho / (sigma_w2 * (1.0 - t0))) - ((1.0 / 2.0) * (log_one_plus((-t0)))) - (rho * kappa * (t1 * t1));
}

double action(double rho, double b, double c, double kappa, double sigma_w2)
{
    return action_core(rho, b, c, kappa, sigma_w2);
}

void action_n(size_t count, const double *restrict rho, const double *restrict b, const double *restrict c, const double *restrict kappa, const double *restrict sigma_w2, double *restrict out_S)
{
    for (size_t i = 0; i < count; i++)
        out_S[i] = action_core(rho[i], b[i], c[i], kappa[i], sigma_w2[i]);
}
