/* The forward pass and the gradients of a multi-layer perceptron, written out as in closed_form.py, a block of images
   after the other, which stays in the caches, and without the products of black pixels. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX512BW__
#include <immintrin.h>
/* What GCC takes of itself is half as wide. */
#pragma GCC target("prefer-vector-width=512")
enum { LANES = 16 };
#else
enum { LANES = 8 };
#endif
enum { PIXELS = 784, CLASSES = 10, HALF = LANES / 2, VECTORS = 8, TILE = LANES * VECTORS };
/* The images of a block, and the pixels looked at in one go, are as many as a set of 64 bits holds. Of few images most
   pixels are lit in none. */
enum { BLOCK = 64, GROUP = 56, FEW = 6 };
enum { RELU, TANH, SIGMOID, LEAKY_RELU };

typedef float Vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float Half __attribute__((vector_size(4 * HALF), aligned(4), may_alias));

/* The first layer's weights, and their gradients, are (inputs, outputs), those of others (outputs, inputs). */
typedef struct {
    int64_t inputs, outputs, activation;
    const float *weights, *biases;
    float *weight_gradients, *bias_gradients;  /* to which gradients are added */
    float *values, *slopes, *deltas;           /* (images, outputs), to work with */
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

/* Some images of a batch, from the first. */
typedef struct {
    int64_t first, count;
    const uint8_t *pixels;
    const float *inputs;  /* what each value of a pixel is to the network */
} Block;

/* How many of some columns are summed at once: a power of two of vectors, half of one, or fewer than that has. */
static int64_t tile_of(int64_t columns)
{
    int64_t tile = TILE;
    while (tile > columns && tile > HALF) tile /= 2;
    return tile < columns ? tile : columns;
}

/* Which pixels of a group are not black. */
static uint64_t find_lit(const uint8_t *pixels)
{
#ifdef __AVX512BW__
    const __m512i group = _mm512_maskz_loadu_epi8((1ull << GROUP) - 1, pixels);
    return _mm512_test_epi8_mask(group, group);
#else
    const uint64_t low = 0x7f7f7f7f7f7f7f7f;
    uint64_t lit = 0;
    #pragma GCC unroll 7
    for (int p = 0; p < GROUP; p += 8) {
        uint64_t eight;
        memcpy(&eight, pixels + p, sizeof eight);
        eight = ((((eight & low) + low) | eight) & ~low) >> 7;
        eight |= eight >> 7;
        eight |= eight >> 14;
        lit |= ((eight | eight >> 28) & 0xff) << p;
    }
    return lit;
#endif
}

/* Rows of a matrix, `width` apart. */
typedef struct {
    const float *numbers;
    int64_t width;
} Rows;

/* to (vectors, then halves of one) += the sum over the set bits of `lit`, of pixels that lie `stride` apart, of a
   pixel's input times the row of that number */
static inline __attribute__((always_inline)) void add_lit_vectors(
    const int vectors, const int halves, uint64_t lit, const uint8_t *pixels, int64_t stride, const float *inputs,
    Rows rows, float *to)
{
    Vector sum[VECTORS];
    Half half;
    #pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) sum[v] = ((const Vector *)to)[v];
    if (halves) half = *(const Half *)to;
    for (; lit; lit &= lit - 1) {
        const int64_t k = __builtin_ctzll(lit);
        const float input = inputs[pixels[k * stride]];
        const Vector *row = (const Vector *)(rows.numbers + k * rows.width);
        #pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) sum[v] += input * row[v];
        if (halves) half += input * *(const Half *)row;
    }
    #pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) ((Vector *)to)[v] = sum[v];
    if (halves) *(Half *)to = half;
}

/* The same for a tile of so many columns. */
static void add_lit(int64_t tile, uint64_t lit, const uint8_t *pixels, int64_t stride, const float *inputs, Rows rows,
                    float *to)
{
    if (!lit) return;
    switch (tile) {
    case 8 * LANES: add_lit_vectors(8, 0, lit, pixels, stride, inputs, rows, to); return;
    case 4 * LANES: add_lit_vectors(4, 0, lit, pixels, stride, inputs, rows, to); return;
    case 2 * LANES: add_lit_vectors(2, 0, lit, pixels, stride, inputs, rows, to); return;
    case LANES: add_lit_vectors(1, 0, lit, pixels, stride, inputs, rows, to); return;
    case HALF: add_lit_vectors(0, 1, lit, pixels, stride, inputs, rows, to); return;
    }
    for (; lit; lit &= lit - 1) {
        const int64_t k = __builtin_ctzll(lit);
        for (int64_t c = 0; c < tile; c++) to[c] += inputs[pixels[k * stride]] * rows.numbers[k * rows.width + c];
    }
}

/* to (vectors, then halves of one) += the sum of factors, which lie `stride` apart, times `count` rows */
static inline __attribute__((always_inline)) void add_row_vectors(
    const int vectors, const int halves, const float *factors, int64_t stride, int64_t count, Rows rows, float *to)
{
    Vector sum[VECTORS];
    Half half;
    #pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) sum[v] = ((const Vector *)to)[v];
    if (halves) half = *(const Half *)to;
    for (int64_t k = 0; k < count; k++) {
        const Vector *row = (const Vector *)(rows.numbers + k * rows.width);
        #pragma GCC unroll 8
        for (int v = 0; v < vectors; v++) sum[v] += factors[k * stride] * row[v];
        if (halves) half += factors[k * stride] * *(const Half *)row;
    }
    #pragma GCC unroll 8
    for (int v = 0; v < vectors; v++) ((Vector *)to)[v] = sum[v];
    if (halves) *(Half *)to = half;
}

/* The same for all columns of a matrix. */
static void add_rows(const float *factors, int64_t stride, int64_t count, const float *matrix, int64_t width, float *to)
{
    for (int64_t j = 0, tile; j < width; j += tile) {
        const Rows rows = {matrix + j, width};
        switch (tile = tile_of(width - j)) {
        case 8 * LANES: add_row_vectors(8, 0, factors, stride, count, rows, to + j); continue;
        case 4 * LANES: add_row_vectors(4, 0, factors, stride, count, rows, to + j); continue;
        case 2 * LANES: add_row_vectors(2, 0, factors, stride, count, rows, to + j); continue;
        case LANES: add_row_vectors(1, 0, factors, stride, count, rows, to + j); continue;
        case HALF: add_row_vectors(0, 1, factors, stride, count, rows, to + j); continue;
        }
        for (int64_t k = 0; k < count; k++)
            for (int64_t c = j; c < width; c++) to[c] += factors[k * stride] * matrix[k * width + c];
    }
}

/* values = biases + inputs * weights, of the first layer */
static void multiply_pixels(const Block *block, const Layer *first, float *values)
{
    const int64_t width = first->outputs;
    for (int64_t i = 0; i < block->count; i++) memcpy(values + i * width, first->biases, width * sizeof *values);
    for (int start = 0; start < PIXELS; start += GROUP) {
        const uint8_t *pixels = block->pixels + start;
        const float *weights = first->weights + start * width;
        uint64_t lit[BLOCK];
        for (int64_t i = 0; i < block->count; i++) lit[i] = find_lit(pixels + i * PIXELS);
        for (int64_t j = 0, tile; j < width; j += tile) {
            tile = tile_of(width - j);
            for (int64_t i = 0; i < block->count; i++)
                add_lit(tile, lit[i], pixels + i * PIXELS, 1, block->inputs, (Rows){weights + j, width}, values + i * width + j);
        }
    }
}

/* matrix (PIXELS, width) += transposed inputs * deltas (images, width) */
static void spread_pixels(const Block *block, const float *deltas, int64_t width, float *matrix)
{
    uint64_t lit[PIXELS] = {0};  /* in which images */
    for (int64_t i = 0; i < block->count; i++)
        #pragma omp simd
        for (int p = 0; p < PIXELS; p++) lit[p] |= (uint64_t)(block->pixels[i * PIXELS + p] != 0) << i;
    for (int64_t j = 0, tile; j < width; j += tile) {
        tile = tile_of(width - j);
        for (int p = 0; p < PIXELS; p++)
            add_lit(tile, lit[p], block->pixels + p, PIXELS, block->inputs, (Rows){deltas + j, width}, matrix + p * width + j);
    }
}

/* The same for few images. */
static void spread_few(const Block *block, const float *deltas, int64_t width, float *matrix)
{
    for (int64_t i = 0; i < block->count; i++)
        for (int start = 0; start < PIXELS; start += GROUP)
            for (uint64_t lit = find_lit(block->pixels + i * PIXELS + start); lit; lit &= lit - 1) {
                const int64_t p = start + __builtin_ctzll(lit);
                const float input = block->inputs[block->pixels[i * PIXELS + p]];
                #pragma omp simd
                for (int64_t c = 0; c < width; c++) matrix[p * width + c] += input * deltas[i * width + c];
            }
}

/* out = biases + weights * x, eight outputs at a time; beyond the last output it is taken again */
static void affine(const Layer *layer, const float *x, float *out)
{
    const int64_t inputs = layer->inputs, last = layer->outputs - 1;
    for (int64_t o = 0; o <= last; o += 8) {
        const float *rows[8];
        #pragma GCC unroll 8
        for (int k = 0; k < 8; k++) rows[k] = layer->weights + (o + k < last ? o + k : last) * inputs;
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        #pragma omp simd reduction(+ : s0, s1, s2, s3, s4, s5, s6, s7)
        for (int64_t i = 0; i < inputs; i++) {
            s0 += rows[0][i] * x[i];
            s1 += rows[1][i] * x[i];
            s2 += rows[2][i] * x[i];
            s3 += rows[3][i] * x[i];
            s4 += rows[4][i] * x[i];
            s5 += rows[5][i] * x[i];
            s6 += rows[6][i] * x[i];
            s7 += rows[7][i] * x[i];
        }
        const float sums[] = {s0, s1, s2, s3, s4, s5, s6, s7};
        for (int k = 0; k < 8 && o + k <= last; k++) out[o + k] = layer->biases[o + k] + sums[k];
    }
}

/* Turn z into the activation's value, and leave its derivative in `slope`. Not-a-numbers stay what they are. */
static void activate(const Layer *layer, float *z, float *slope, const float *mask)
{
    const int64_t width = layer->outputs;
    switch (layer->activation) {
    case RELU:
        #pragma omp simd
        for (int64_t j = 0; j < width; j++) { slope[j] = !(z[j] <= 0); z[j] = z[j] < 0 ? 0 : z[j]; }
        break;
    case TANH:
        for (int64_t j = 0; j < width; j++) { z[j] = tanhf(z[j]); slope[j] = 1 - z[j] * z[j]; }
        break;
    case SIGMOID:
        for (int64_t j = 0; j < width; j++) { z[j] = 1 / (1 + expf(-z[j])); slope[j] = z[j] * (1 - z[j]); }
        break;
    case LEAKY_RELU:
        #pragma omp simd
        for (int64_t j = 0; j < width; j++) { slope[j] = z[j] > 0 ? 1 : 0.01f; z[j] *= slope[j]; }
        break;
    }
    if (mask)
        #pragma omp simd
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

/* Fill the values and slopes of every layer, the logits, and the deltas at these. */
static void forward(const Batch *batch, const Block *block)
{
    const Layer *first = batch->layers, *last = first + batch->count - 1;
    const int64_t end = block->first + block->count;
    multiply_pixels(block, first, first->values + block->first * first->outputs);
    for (const Layer *layer = first; layer < last; layer++)
        for (int64_t i = block->first; i < end; i++) {
            const int64_t at = i * layer->outputs;
            activate(layer, layer->values + at, layer->slopes + at, layer->mask ? layer->mask + at : 0);
            affine(layer + 1, layer->values + at, layer[1].values + i * layer[1].outputs);
        }
    for (int64_t i = block->first; i < end; i++) {
        const float *z = last->values + i * CLASSES;
        for (int c = 0; c < CLASSES; c++) batch->logits[c * batch->stride + i] = z[c];
        differ(z, batch->labels[i], last->deltas + i * CLASSES);
    }
}

/* Fill the deltas of the layers below the last. */
static void propagate(const Batch *batch, const Block *block)
{
    for (const Layer *layer = batch->layers + batch->count - 1; layer > batch->layers; layer--)
        for (int64_t i = block->first; i < block->first + block->count; i++) {
            float *below = layer[-1].deltas + i * layer->inputs;
            const float *slopes = layer[-1].slopes + i * layer->inputs;
            memset(below, 0, layer->inputs * sizeof *below);
            add_rows(layer->deltas + i * layer->outputs, 1, layer->outputs, layer->weights, layer->inputs, below);
            #pragma omp simd
            for (int64_t j = 0; j < layer->inputs; j++) below[j] *= slopes[j];
        }
}

static void scale(float *numbers, int64_t count, float factor)
{
    #pragma omp simd
    for (int64_t k = 0; k < count; k++) numbers[k] *= factor;
}

/* Add to the gradients; of values and deltas what is a factor of a product is scaled on the way. */
static void accumulate(const Batch *batch, const Block *block)
{
    const float factor = batch->gradient_scale;
    const int64_t images = block->count;
    for (const Layer *layer = batch->layers + batch->count - 1; layer >= batch->layers; layer--) {
        const int64_t width = layer->outputs;
        float *deltas = layer->deltas + block->first * width;
        for (int64_t i = 0; i < images; i++)
            #pragma omp simd
            for (int64_t o = 0; o < width; o++) layer->bias_gradients[o] += factor * deltas[i * width + o];
        if (layer == batch->layers) {
            scale(deltas, images * width, factor);
            (images < FEW ? spread_few : spread_pixels)(block, deltas, width, layer->weight_gradients);
            return;
        }
        float *values = layer[-1].values + block->first * layer->inputs;
        scale(values, images * layer->inputs, factor);
        for (int64_t o = 0; o < width; o++)
            if (images > 1 || deltas[o])
                add_rows(deltas + o, width, images, values, layer->inputs, layer->weight_gradients + o * layer->inputs);
    }
}

/* Add `gradient_scale` times the sum of the images' gradients, and fill the logits.

   The gradients may lie where the parameters are: once the first is added, parameters are no longer read. */
void add_gradients(const Batch *batch)
{
    float inputs[256];
    for (int p = 0; p < 256; p++) inputs[p] = batch->input_scale * p;
    for (int backward = 0; backward < 2; backward++)
        for (int64_t first = 0; first < batch->images; first += BLOCK) {
            const int64_t left = batch->images - first;
            const Block block = {first, left < BLOCK ? left : BLOCK, batch->pixels + first * PIXELS, inputs};
            if (backward) {
                accumulate(batch, &block);
                continue;
            }
            forward(batch, &block);
            propagate(batch, &block);
        }
}
