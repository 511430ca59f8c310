/* Standard normals as torch draws them for 16 numbers or more in main memory: words of the
   Mersenne Twister MT19937 (M. Matsumoto and T. Nishimura, ACM Trans. Model. Comput. Simul. 8
   (1998) 3) give uniform numbers, and each block of sixteen holds eight of each half of Box and
   Muller's pairs. */

enum { WORDS = 624, AHEAD = 397, HALF = 8, BLOCK = 2 * HALF, CHUNK = 64 };

/* The head of what torch.Generator.get_state() returns; numbers behind it are not touched. */
typedef struct {
    uint64_t seed;
    int32_t left, seeded; /* one more than the words that are left */
    uint64_t next, words[WORDS];
} Saved;

static inline uint32_t joined(uint32_t high, uint32_t low)
{
    const uint32_t both = (high & 0x80000000u) | (low & 0x7fffffffu);
    return (both >> 1) ^ ((0u - (low & 1u)) & 0x9908b0dfu);
}

static void renew(uint32_t *words)
{
    int i = 0;
    for (; i < WORDS - AHEAD; i++)
        words[i] = words[i + AHEAD] ^ joined(words[i], words[i + 1]);
    for (; i < WORDS - 1; i++)
        words[i] = words[i - (WORDS - AHEAD)] ^ joined(words[i], words[i + 1]);
    words[i] = words[AHEAD - 1] ^ joined(words[i], words[0]);
}

/* A multiple of 2^-24 in [0, 1). */
static inline float uniform(uint32_t word)
{
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c5680u;
    word ^= (word << 15) & 0xefc60000u;
    word ^= word >> 18;
    return (float)(int32_t)(word & 0xffffffu) * 0x1p-24f;
}

static void uniforms(Saved *saved, uint32_t *words, size_t count, float *out)
{
    while (count) {
        if (saved->left == 1) {
            renew(words);
            saved->left = WORDS + 1;
            saved->next = 0;
        }
        const size_t there = (size_t)saved->left - 1, now = there < count ? there : count;
        const uint32_t *from = words + saved->next;
        for (size_t i = 0; i < now; i++)
            out[i] = uniform(from[i]);
        saved->left -= (int32_t)now;
        saved->next += now;
        out += now;
        count -= now;
    }
}

/* Two independent normals of two uniform numbers: sqrt(-2 log(1 - u)) times cosine and sine of
   v turns. log u = e log 2 + log m with m within a factor sqrt 2 of one; v is a number of
   quarters, exactly, and at most an eighth. */
static inline void pair(float *restrict u, float *restrict v)
{
    union { float value; int32_t bits; } part = { 1.0f - *u };
    const int32_t shifted = part.bits - 0x3f3504f3; /* sqrt(1/2) */
    part.bits = (shifted & 0x7fffff) + 0x3f3504f3;
    const float f = part.value - 1.0f;
    const float logarithm = (float)(shifted >> 23) * @LN2@ + f * @LOG_POLYNOMIAL@;
    const float radius = sqrtf(-2.0f * logarithm);
    const int32_t quarters = (int32_t)(4.0f * *v + 0.5f);
    const float rest = *v - (float)quarters * 0.25f, square = rest * rest;
    const float sine = rest * @SINE_POLYNOMIAL@, cosine = @COSINE_POLYNOMIAL@;
    union { float value; uint32_t bits; } first, second;
    first.value = radius * (quarters & 1 ? sine : cosine);
    second.value = radius * (quarters & 1 ? cosine : sine);
    first.bits ^= ((uint32_t)(quarters + 1) & 2u) << 30;
    second.bits ^= ((uint32_t)quarters & 2u) << 30;
    *u = first.value;
    *v = second.value;
}

static void boxes(size_t blocks, float *out)
{
    float u[CHUNK * HALF], v[CHUNK * HALF];
    for (size_t done = 0; done < blocks; done += CHUNK) {
        const size_t now = blocks - done < CHUNK ? blocks - done : CHUNK;
        float *at = out + done * BLOCK;
        for (size_t b = 0; b < now; b++) {
            memcpy(u + b * HALF, at + b * BLOCK, sizeof(float) * HALF);
            memcpy(v + b * HALF, at + b * BLOCK + HALF, sizeof(float) * HALF);
        }
        for (size_t i = 0; i < now * HALF; i++)
            pair(u + i, v + i);
        for (size_t b = 0; b < now; b++) {
            memcpy(at + b * BLOCK, u + b * HALF, sizeof(float) * HALF);
            memcpy(at + b * BLOCK + HALF, v + b * HALF, sizeof(float) * HALF);
        }
    }
}

const size_t normals_state = sizeof(Saved);

/* count >= 16. Numbers behind the last whole block are drawn as one more block at the end. */
void normals_n(void *state, size_t count, float *out)
{
    Saved *saved = state;
    uint32_t words[WORDS];
    for (size_t i = 0; i < WORDS; i++)
        words[i] = (uint32_t)saved->words[i];
    uniforms(saved, words, count, out);
    boxes(count / BLOCK, out);
    if (count % BLOCK) {
        uniforms(saved, words, BLOCK, out + count - BLOCK);
        boxes(1, out + count - BLOCK);
    }
    for (size_t i = 0; i < WORDS; i++)
        saved->words[i] = words[i];
}
