#pragma once

#include <cblas.h>

/// Sets the number of threads that OpenBLAS starts itself; cblas.h of other BLAS lacks it.
static inline void tokenshift_blas_set_thread_count(int count) { openblas_set_num_threads(count); }

/// The processor core that OpenBLAS picked its kernels for, e.g. "SkylakeX".
static inline const char *tokenshift_blas_core_name(void) { return openblas_get_corename(); }
