/// What stands before a stretch of text; it decides whether a tokenizer that begins texts with a
/// space puts one there.
enum TextPlace: Sendable {
  /// Nothing: a text starts.
  case start
  /// Ordinary tokens: the text goes on, and a space would be one that it doesn't have.
  case text
  /// An added token that was found in the text as it is; the stretch after it is normalised by
  /// itself.
  case addedToken
  /// An added token that was found in the normalised text.
  case normalizedToken
}
