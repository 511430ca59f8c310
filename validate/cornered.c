/* tanh, log(1 + x) and functions with corners in single precision, without branches. At a corner
   sign is 0 and a step 1/2; NaN stays NaN. */

static inline float tanh32(float x)
{
    const float square = x * x, near = x * (@TANH_POLYNOMIAL@);
    const float size = fabsf(x), bounded = size > 10.0f ? 10.0f : size;
    const float far = 1.0f - 2.0f / (1.0f + exp32(2.0f * bounded));
    const float signed_far = x < 0.0f ? -far : far;
    return x != x || size < @TANH_END@ ? near : signed_far;
}

/* For x > -1; 1 + x = 2^k m with m within a factor sqrt 2 of one, and what rounding lost of x. */
static inline float log_one_plus32(float x)
{
    union { float value; int32_t bits; } part = { 1.0f + x };
    const float whole = part.value, lost = x - (whole - 1.0f);
    const int32_t shifted = part.bits - 0x3f3504f3; /* sqrt(1/2) */
    part.bits = (shifted & 0x7fffff) + 0x3f3504f3;
    const float f = part.value - 1.0f;
    const float logarithm = (float)(shifted >> 23) * @LN2@ + f * @LOG_POLYNOMIAL@;
    const float special = whole == 0.0f ? -HUGE_VALF : whole < 0.0f ? NAN : whole;
    return whole > 0.0f && whole < HUGE_VALF ? logarithm + lost / whole : special;
}

static inline float larger32(float a, float b)
{
    return a >= b || a != a ? a : b;
}

static inline float smaller32(float a, float b)
{
    return a <= b || a != a ? a : b;
}

static inline float sign32(float x)
{
    return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
}

static inline float step32(float x)
{
    return x > 0.0f ? 1.0f : x < 0.0f ? 0.0f : x + 0.5f;
}
