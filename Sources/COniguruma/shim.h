#pragma once
#include <oniguruma.h>

// Swift imports neither variadic functions nor macros that take addresses.

/// The message of a code that needs no details of the pattern; at most 89 bytes and a NUL.
static inline int tokenshift_onig_message(OnigUChar *message, int code) {
  return onig_error_code_to_str(message, code);
}

/// The message of a code that `onig_new` gave, with the part of the pattern that it is about.
static inline int tokenshift_onig_pattern_message(
    OnigUChar *message, int code, OnigErrorInfo *details) {
  return onig_error_code_to_str(message, code, details);
}

/// Must run once before anything else.
static inline int tokenshift_onig_initialize(void) {
  OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
  return onig_initialize(encodings, 1);
}

/// Compiles UTF-8 in the syntax that Hugging Face tokenizers uses, Oniguruma's default.
static inline int tokenshift_onig_new(
    regex_t **expression, const OnigUChar *pattern, const OnigUChar *patternEnd,
    OnigErrorInfo *details) {
  return onig_new(
      expression, pattern, patternEnd, ONIG_OPTION_NONE, ONIG_ENCODING_UTF8, OnigDefaultSyntax,
      details);
}

/// The first match that starts in `start ..< end`: its bounds, or a negative code.
static inline int tokenshift_onig_search(
    regex_t *expression, const OnigUChar *text, const OnigUChar *end, const OnigUChar *start,
    OnigRegion *region, int *matchStart, int *matchEnd) {
  int code = onig_search(expression, text, end, start, end, region, ONIG_OPTION_NONE);
  if (code >= 0) {
    *matchStart = region->beg[0];
    *matchEnd = region->end[0];
  }
  return code;
}
