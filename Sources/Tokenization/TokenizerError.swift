/// Why a tokenizer can't be read or used; each description is one line with the place and the mend.
package enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file can't be read; the machine may be at fault, say a disk that fails.
  case unreadable(file: String, reason: String, isMachine: Bool = false)
  /// The file is no JSON.
  case malformed(file: String, reason: String)
  /// A value is missing, has another type, or contradicts another one.
  case invalid(file: String, path: String, found: String, mend: String)
  /// The file asks for something that would change the result and that isn't implemented.
  case unsupported(file: String, path: String, found: String, mend: String)
  /// The expression of a pre-tokenizer gave up on a text.
  case matchFailed(pattern: String, byteCount: Int, reason: String)

  /// One line: where, what, and what to do about it.
  package var description: String {
    switch self {
    case .unreadable(let file, let reason, _):
      "\(file): can't be read: \(reason)"
    case .malformed(let file, let reason):
      "\(file): \(reason); copy the file again"
    case .invalid(let file, let path, let found, let mend):
      "\(file): \(path): \(found); \(mend)"
    case .unsupported(let file, let path, let found, let mend):
      "\(file): \(path): \(found) is not supported; \(mend)"
    case .matchFailed(let pattern, let byteCount, let reason):
      "the pre-tokenizer's expression \(pattern) gave up on a piece of \(byteCount) bytes: "
        + "\(reason); shorten or split the text"
    }
  }
}
