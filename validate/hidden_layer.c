/* A hidden layer on all data of every member, after activation_n. Rows are neurons. A few rows at
   a time meet their readout while they are in the nearest cache (one at a time would leave a part
   of a vector at each end), and the residual while the member is in the next. Sums have a fixed
   order. */

enum { LANES = 16, ROWS = 8 };

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

/* fields (neurons, data) becomes phi; pull = factor (target - readout . phi); force = phi pull. */
static void member(size_t neurons, size_t data, float *fields, float *slopes,
                   const float *readout, const float *target, float factor,
                   float *restrict pull, float *restrict force)
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

void layer_n(size_t members, size_t neurons, size_t data, float *fields, float *slopes,
             const float *readouts, const float *targets, float factor, float *pulls,
             float *forces)
{
    for (size_t m = 0; m < members; m++) {
        const size_t rows = m * neurons;
        member(neurons, data, fields + rows * data, slopes + rows * data, readouts + rows,
               targets + m * data, factor, pulls + m * data, forces + rows);
    }
}
