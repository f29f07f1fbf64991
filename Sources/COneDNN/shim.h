#pragma once

#include <dlfcn.h>
#include <dnnl.h>
#include <stdbool.h>

/// Whether this processor multiplies bfloat16 numbers by itself, and oneDNN is allowed to use it.
static inline bool tokenshift_dnnl_has_bfloat16_products(void) {
  // An instruction set's bits hold those of all sets that it builds on.
  const unsigned needed = (unsigned)dnnl_cpu_isa_avx512_core_bf16;
  return ((unsigned)dnnl_get_effective_cpu_isa() & needed) == needed;
}

typedef void (*tokenshift_thread_count_setter)(int);

/// Sets how many threads OpenMP uses for what the calling thread starts; null without OpenMP.
static inline tokenshift_thread_count_setter tokenshift_dnnl_thread_count_setter(void) {
  void *program = dlopen(0, RTLD_LAZY);
  return program ? (tokenshift_thread_count_setter)dlsym(program, "omp_set_num_threads") : 0;
}

#if DNNL_VERSION_MAJOR >= 3
#define TOKENSHIFT_DNNL_MATRIX(matrix, size, type, strides) \
  dnnl_memory_desc_create_with_strides(&matrix, 2, size, type, strides)
#define TOKENSHIFT_DNNL_DESTROY(matrix) dnnl_memory_desc_destroy(matrix)
#else
#define TOKENSHIFT_DNNL_MATRIX(matrix, size, type, strides) \
  dnnl_memory_desc_init_by_strides(&matrix, 2, size, type, strides)
#define TOKENSHIFT_DNNL_DESTROY(matrix) (void)(matrix)
#endif

/// Plans output[rows, columns] = source[rows, inner] · weight[columns, inner]ᵀ: bfloat16 in, floats
/// out, all row-major, the output's rows `stride` apart.
///
/// Gives the plan and the bytes of scratch that it needs; returns 0, or oneDNN's status.
static inline int tokenshift_dnnl_product_create(
    dnnl_engine_t engine, int64_t rows, int64_t columns, int64_t inner, int64_t stride,
    dnnl_primitive_t *product, size_t *scratch) {
  dnnl_dims_t source_size = {rows, inner}, source_strides = {inner, 1};
  dnnl_dims_t weight_size = {inner, columns}, weight_strides = {1, inner};
  dnnl_dims_t output_size = {rows, columns}, output_strides = {stride, 1};
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t source = 0, weight = 0, output = 0;
#else
  dnnl_memory_desc_t source, weight, output;
#endif
  dnnl_primitive_attr_t attributes = 0;
  dnnl_primitive_desc_t plan = 0;
  dnnl_status_t status = TOKENSHIFT_DNNL_MATRIX(source, source_size, dnnl_bf16, source_strides);
  if (!status) status = TOKENSHIFT_DNNL_MATRIX(weight, weight_size, dnnl_bf16, weight_strides);
  if (!status) status = TOKENSHIFT_DNNL_MATRIX(output, output_size, dnnl_f32, output_strides);
  if (!status) status = dnnl_primitive_attr_create(&attributes);
  if (!status)
    status = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
#if DNNL_VERSION_MAJOR >= 3
  if (!status)
    status = dnnl_matmul_primitive_desc_create(
        &plan, engine, source, weight, 0, output, attributes);
#else
  dnnl_matmul_desc_t operation;
  if (!status) status = dnnl_matmul_desc_init(&operation, &source, &weight, 0, &output);
  if (!status) status = dnnl_primitive_desc_create(&plan, &operation, attributes, engine, 0);
#endif
  if (!status) status = dnnl_primitive_create(product, plan);
  if (!status)
    *scratch = dnnl_memory_desc_get_size(
        dnnl_primitive_desc_query_md(plan, dnnl_query_scratchpad_md, 0));
  if (plan) dnnl_primitive_desc_destroy(plan);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  TOKENSHIFT_DNNL_DESTROY(source);
  TOKENSHIFT_DNNL_DESTROY(weight);
  TOKENSHIFT_DNNL_DESTROY(output);
  return (int)status;
}

/// Computes a planned product on the calling thread; returns 0, or oneDNN's status.
static inline int tokenshift_dnnl_product_run(
    dnnl_engine_t engine, dnnl_primitive_t product, const void *source, const void *weight,
    float *output, void *scratch) {
  const_dnnl_primitive_desc_t plan = 0;
  dnnl_stream_t stream = 0;
  dnnl_memory_t memory[4] = {0, 0, 0, 0};
  const dnnl_query_t query[4] = {
      dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md, dnnl_query_scratchpad_md};
  const int argument[4] = {
      DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_SCRATCHPAD};
  void *const bytes[4] = {(void *)source, (void *)weight, output, scratch};
  dnnl_exec_arg_t arguments[4];
  dnnl_status_t status = dnnl_primitive_get_primitive_desc(product, &plan);
  if (!status) status = dnnl_stream_create(&stream, engine, dnnl_stream_default_flags);
  for (int index = 0; index < 4 && !status; index++) {
    status = dnnl_memory_create(
        &memory[index], dnnl_primitive_desc_query_md(plan, query[index], 0), engine, bytes[index]);
    arguments[index].arg = argument[index];
    arguments[index].memory = memory[index];
  }
  if (!status) status = dnnl_primitive_execute(product, stream, 4, arguments);
  if (!status) status = dnnl_stream_wait(stream);
  for (int index = 0; index < 4; index++)
    if (memory[index]) dnnl_memory_destroy(memory[index]);
  if (stream) dnnl_stream_destroy(stream);
  return (int)status;
}
