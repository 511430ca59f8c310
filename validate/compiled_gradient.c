/* The gradient of a network's posterior, one member after another, so that what lies between its
   two matrix products stays in the cache. Follows activation_n; rows of a layer are neurons, sums
   have a fixed order. */

enum { LANES = 16, ROWS = 8 };

/* BLAS's own interface: columns first. The integers are read as 32 or 64 bits, low word first. */
typedef void (*Product)(const char *, const char *, const int64_t *, const int64_t *,
                        const int64_t *, const float *, const float *, const int64_t *,
                        const float *, const int64_t *, const float *, float *, const int64_t *);

static inline float dot(size_t count, const float *restrict left, const float *restrict right)
{
    float parts[LANES] = {0}, sum = 0;
    size_t done = 0;
    for (; done + LANES <= count; done += LANES)
        for (size_t k = 0; k < LANES; k++)
            parts[k] += left[done + k] * right[done + k];
    for (; done < count; done++)
        sum += left[done] * right[done];
    for (size_t k = 0; k < LANES; k++)
        sum += parts[k];
    return sum;
}

/* fields (neurons, data) becomes phi, slopes phi'; pull = factor (target - readout . phi);
   force = phi pull. A few rows at a time meet their readout while they are in the nearest cache
   (one at a time would leave a part of a vector at each end). */
static void layer(size_t neurons, size_t data, float *fields, float *slopes, const float *readout,
                  const float *target, float factor, float *restrict pull, float *restrict force)
{
    for (size_t k = 0; k < data; k++)
        pull[k] = 0;
    for (size_t first = 0; first < neurons; first += ROWS) {
        const size_t last = first + ROWS < neurons ? first + ROWS : neurons;
        activation_n((last - first) * data, fields + first * data, slopes + first * data);
        for (size_t i = first; i < last; i++)
            for (size_t k = 0; k < data; k++)
                pull[k] += readout[i] * fields[i * data + k];
    }
    for (size_t k = 0; k < data; k++)
        pull[k] = (target[k] - pull[k]) * factor;
    for (size_t i = 0; i < neurons; i++)
        force[i] = dot(data, fields + i * data, pull);
}

/* Numbers of room for one member: fields, slopes, weighed, turned, readout, force and pull. */
size_t gradient_room(size_t neurons, size_t data, size_t width)
{
    return 2 * neurons * data + data * width + neurons * width + 2 * neurons + data;
}

/* x and out (members, neurons (width + 1)): the rows of w, then a. columns (members, width, data)
   and inputs (members, data, width) are scaled, so that fields are w columns; the readout is
   scale a. room holds gradient_room numbers. */
void gradient_n(Product product, size_t members, size_t neurons, size_t data, size_t width,
                float scale, float factor, const float *columns, const float *inputs,
                const float *targets, const float *x, float *out, float *room)
{
    const int64_t N = (int64_t)neurons, n = (int64_t)data, d = (int64_t)width;
    const float one = 1, zero = 0;
    float *fields = room, *slopes = fields + neurons * data;
    float *restrict weighed = slopes + neurons * data, *restrict turned = weighed + data * width;
    float *readout = turned + neurons * width, *force = readout + neurons, *pull = force + neurons;
    for (size_t m = 0; m < members; m++) {
        const float *a = x + neurons * width;
        float *restrict out_a = out + neurons * width;
        product("N", "N", &n, &N, &d, &one, columns, &n, x, &d, &zero, fields, &n);
        for (size_t i = 0; i < neurons; i++)
            readout[i] = a[i] * scale;
        layer(neurons, data, fields, slopes, readout, targets, factor, pull, force);
        for (size_t i = 0; i < neurons; i++)
            out_a[i] = a[i] + scale * force[i];
        for (size_t k = 0; k < data; k++)
            for (size_t j = 0; j < width; j++)
                weighed[k * width + j] = inputs[k * width + j] * pull[k];
        product("T", "T", &N, &d, &n, &one, slopes, &n, weighed, &d, &zero, turned, &N);
        for (size_t i = 0; i < neurons; i++)
            for (size_t j = 0; j < width; j++)
                out[i * width + j] = x[i * width + j] + readout[i] * turned[j * neurons + i];
        columns += data * width, inputs += data * width, targets += data;
        x += neurons * (width + 1), out += neurons * (width + 1);
    }
}
