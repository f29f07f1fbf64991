package import Files

/// Why a tokenizer can't be read or used; each description is one line with the place and the fix.
package enum TokenizerError: SystemFaultError, Equatable, CustomStringConvertible {
  /// The file can't be read; the machine may be at fault, say a disk that fails.
  case unreadable(file: String, reason: String, fault: SystemFault? = nil)
  /// The file is no JSON.
  case malformed(file: String, reason: String)
  /// A value is missing, has another type, or contradicts another one.
  case invalid(file: String, path: String, found: String, fix: String)
  /// The file asks for something that would change the result and that isn't implemented.
  case unsupported(file: String, path: String, found: String, fix: String)
  /// The expression of a pre-tokenizer gave up on a text.
  case matchFailed(pattern: String, byteCount: Int, reason: String)

  package var systemFault: SystemFault? {
    guard case .unreadable(_, _, let fault) = self else { return nil }
    return fault
  }

  /// One line: where, what, and what to do about it.
  package var description: String {
    switch self {
    case .unreadable(let file, let reason, _):
      "\(file): can't be read: \(reason)"
    case .malformed(let file, let reason):
      "\(file): \(reason); copy the file again"
    case .invalid(let file, let path, let found, let fix):
      "\(file): \(path): \(found); \(fix)"
    case .unsupported(let file, let path, let found, let fix):
      "\(file): \(path): \(found) is not supported; \(fix)"
    case .matchFailed(let pattern, let byteCount, let reason):
      "the pre-tokenizer's expression \(pattern) gave up on a piece of \(byteCount) bytes: "
        + "\(reason); shorten or split the text"
    }
  }
}
