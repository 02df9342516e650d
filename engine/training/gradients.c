/* The forward pass and the gradients of a multi-layer perceptron, written out as in closed_form.py, for at most IMAGES
   images, which stay in the caches, and without the products of black pixels and of deltas that are zero. */

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { IMAGES = 32, PIXELS = 784, CLASSES = 10, LANES = 8, VECTORS = 8, TILE = LANES * VECTORS };
enum { RELU, TANH, SIGMOID, LEAKY_RELU };

typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

/* The first layer's weights, and their gradients, are (inputs, outputs), those of others (outputs, inputs). */
typedef struct {
    int64_t inputs, outputs, activation;
    const float *weights, *biases;
    float *weight_gradients, *bias_gradients;  /* to which gradients are added */
    float *values, *slopes, *deltas;           /* (IMAGES, outputs), to work with */
    const float *mask;                         /* (images, outputs), or null */
} Layer;

typedef struct {
    const Layer *layers;
    int64_t count, images;
    const uint8_t *pixels;  /* (images, PIXELS) */
    const int64_t *labels;
    float *logits;          /* (CLASSES, images), whose rows are `stride` apart */
    int64_t stride;
    float input_scale, gradient_scale;
} Batch;

/* A row of a matrix that is mostly zero: what is not, and in which columns. */
typedef struct {
    int count;
    uint16_t columns[PIXELS];
    float values[PIXELS];
} Sparse;

static void pick_pixels(const uint8_t *pixels, float scale, Sparse *out)
{
    int count = 0;
    for (int start = 0; start < PIXELS; start += 8) {
        uint64_t eight;
        memcpy(&eight, pixels + start, sizeof eight);
        if (!eight) continue;
        for (int i = start; i < start + 8; i++) {
            out->columns[count] = i;
            count += pixels[i] != 0;
        }
    }
    out->count = count;
    for (int k = 0; k < count; k++) out->values[k] = scale * pixels[out->columns[k]];
}

static void pick(const float *numbers, int width, Sparse *out)
{
    out->count = 0;
    for (int i = 0; i < width; i++) {
        out->columns[out->count] = i;
        out->values[out->count] = numbers[i];
        out->count += numbers[i] != 0;
    }
}

/* to += the sum of values times rows of a matrix; fewer columns than a tile */
static void multiply_rest(const Sparse *s, const float *matrix, int64_t width, float *to, int64_t columns)
{
    for (int k = 0; k < s->count; k++)
        for (int64_t c = 0; c < columns; c++) to[c] += s->values[k] * matrix[s->columns[k] * width + c];
}

/* out (images, width) += sparse * matrix */
static void multiply(const Sparse *sparse, int images, const float *matrix, int64_t width, float *out)
{
    for (int64_t j = 0; j < width; j += TILE)
        for (int i = 0; i < images; i++) {
            const Sparse *s = &sparse[i];
            float *to = out + i * width + j;
            if (width - j < TILE) {
                multiply_rest(s, matrix + j, width, to, width - j);
                continue;
            }
            Vector sum[VECTORS];
            memcpy(sum, to, sizeof sum);
            for (int k = 0; k < s->count; k++) {
                const Vector *row = (const Vector *)(matrix + s->columns[k] * width + j);
                #pragma GCC unroll 8
                for (int v = 0; v < VECTORS; v++) sum[v] += s->values[k] * row[v];
            }
            memcpy(to, sum, sizeof sum);
        }
}

/* Rows of a matrix += values times a vector; fewer columns than a tile */
static void spread_rest(const Sparse *s, float scale, const float *from, float *matrix, int64_t width, int64_t columns)
{
    for (int k = 0; k < s->count; k++)
        for (int64_t c = 0; c < columns; c++) matrix[s->columns[k] * width + c] += scale * s->values[k] * from[c];
}

/* matrix += scale * transposed sparse * dense, dense (images, width) */
static void spread(const Sparse *sparse, int images, float scale, const float *dense, int64_t width, float *matrix)
{
    for (int64_t j = 0; j < width; j += TILE)
        for (int i = 0; i < images; i++) {
            const Sparse *s = &sparse[i];
            const float *from = dense + i * width + j;
            if (width - j < TILE) {
                spread_rest(s, scale, from, matrix + j, width, width - j);
                continue;
            }
            Vector scaled[VECTORS];
            memcpy(scaled, from, sizeof scaled);
            #pragma GCC unroll 8
            for (int v = 0; v < VECTORS; v++) scaled[v] *= scale;
            for (int k = 0; k < s->count; k++) {
                Vector *row = (Vector *)(matrix + s->columns[k] * width + j);
                #pragma GCC unroll 8
                for (int v = 0; v < VECTORS; v++) row[v] += s->values[k] * scaled[v];
            }
        }
}

/* out = biases + weights * x, four outputs at a time; beyond the last output it is taken again */
static void affine(const Layer *layer, const float *x, float *out)
{
    const int64_t inputs = layer->inputs, last = layer->outputs - 1;
    for (int64_t o = 0; o <= last; o += 4) {
        const float *rows[4];
        for (int k = 0; k < 4; k++) rows[k] = layer->weights + (o + k < last ? o + k : last) * inputs;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        #pragma omp simd reduction(+ : s0, s1, s2, s3)
        for (int64_t i = 0; i < inputs; i++) {
            s0 += rows[0][i] * x[i];
            s1 += rows[1][i] * x[i];
            s2 += rows[2][i] * x[i];
            s3 += rows[3][i] * x[i];
        }
        const float sums[] = {s0, s1, s2, s3};
        for (int k = 0; k < 4 && o + k <= last; k++) out[o + k] = layer->biases[o + k] + sums[k];
    }
}

/* Turn z into the activation's value, and leave its derivative in `slope`. Not-a-numbers stay what they are. */
static void activate(const Layer *layer, float *z, float *slope, const float *mask)
{
    const int64_t width = layer->outputs;
    switch (layer->activation) {
    case RELU:
        for (int64_t j = 0; j < width; j++) { slope[j] = !(z[j] <= 0); z[j] = z[j] < 0 ? 0 : z[j]; }
        break;
    case TANH:
        for (int64_t j = 0; j < width; j++) { z[j] = tanhf(z[j]); slope[j] = 1 - z[j] * z[j]; }
        break;
    case SIGMOID:
        for (int64_t j = 0; j < width; j++) { z[j] = 1 / (1 + expf(-z[j])); slope[j] = z[j] * (1 - z[j]); }
        break;
    case LEAKY_RELU:
        for (int64_t j = 0; j < width; j++) { slope[j] = z[j] > 0 ? 1 : 0.01f; z[j] *= slope[j]; }
        break;
    }
    if (mask)
        for (int64_t j = 0; j < width; j++) { z[j] *= mask[j]; slope[j] *= mask[j]; }
}

/* The gradient of an image's cross-entropy at its logits, p - t. */
static void differ(const float *z, int64_t label, float *delta)
{
    float most = z[0], sum = 0;
    for (int c = 1; c < CLASSES; c++) most = z[c] > most ? z[c] : most;
    for (int c = 0; c < CLASSES; c++) sum += delta[c] = expf(z[c] - most);
    for (int c = 0; c < CLASSES; c++) delta[c] = delta[c] / sum - (c == label);
}

static void forward(const Batch *batch, Sparse *lit)
{
    const int images = batch->images;
    const Layer *first = batch->layers, *last = first + batch->count - 1;
    for (int i = 0; i < images; i++) {
        pick_pixels(batch->pixels + i * PIXELS, batch->input_scale, &lit[i]);
        memcpy(first->values + i * first->outputs, first->biases, first->outputs * sizeof(float));
    }
    multiply(lit, images, first->weights, first->outputs, first->values);
    for (const Layer *layer = first; layer < last; layer++)
        for (int i = 0; i < images; i++) {
            const int64_t at = i * layer->outputs;
            activate(layer, layer->values + at, layer->slopes + at, layer->mask ? layer->mask + at : 0);
            affine(layer + 1, layer->values + at, layer[1].values + i * layer[1].outputs);
        }
    for (int i = 0; i < images; i++) {
        const float *z = last->values + i * CLASSES;
        for (int c = 0; c < CLASSES; c++) batch->logits[c * batch->stride + i] = z[c];
        differ(z, batch->labels[i], last->deltas + i * CLASSES);
    }
}

/* The gradients may lie where the parameters are: once they are added to, parameters are no longer read. */
static void backward(const Batch *batch, const Sparse *lit)
{
    const int images = batch->images;
    static _Thread_local Sparse delta;
    const Layer *first = batch->layers, *last = first + batch->count - 1;
    const float scale = batch->gradient_scale;
    for (const Layer *layer = last; layer > first; layer--)
        for (int i = 0; i < images; i++) {
            float *below = layer[-1].deltas + i * layer->inputs;
            const float *slopes = layer[-1].slopes + i * layer->inputs;
            pick(layer->deltas + i * layer->outputs, layer->outputs, &delta);
            memset(below, 0, layer->inputs * sizeof *below);
            multiply(&delta, 1, layer->weights, layer->inputs, below);
            for (int64_t j = 0; j < layer->inputs; j++) below[j] *= slopes[j];
        }
    for (const Layer *layer = last; layer >= first; layer--)
        for (int i = 0; i < images; i++) {
            const float *above = layer->deltas + i * layer->outputs;
            for (int64_t o = 0; o < layer->outputs; o++) layer->bias_gradients[o] += scale * above[o];
            if (layer == first) continue;
            pick(above, layer->outputs, &delta);
            spread(&delta, 1, scale, layer[-1].values + i * layer->inputs, layer->inputs, layer->weight_gradients);
        }
    spread(lit, images, scale, first->deltas, first->outputs, first->weight_gradients);
}

/* Add `gradient_scale` times the sum of the images' gradients, and fill the logits. */
void add_gradients(const Batch *batch)
{
    static _Thread_local Sparse lit[IMAGES];
    forward(batch, lit);
    backward(batch, lit);
}
