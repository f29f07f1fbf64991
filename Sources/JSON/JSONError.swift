/// Why a text is not the JSON that was asked for, and where.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, on one line.
  package let reason: String
  /// Line of the fault, from 1.
  package let line: Int
  /// Column of the fault in characters; 0 before the first one of the line.
  package let column: Int
  /// Bytes of the text up to the fault.
  package let byteOffset: Int
  /// What the text is instead, if it is a file of another kind.
  package var signature: FileSignature?

  /// Place and reason on one line; the reader of a file puts its name in front.
  package var description: String {
    if let signature { return "\(signature.kind); \(signature.fix)" }
    return "invalid JSON at line \(line), column \(column) (byte \(byteOffset)): \(reason)"
  }

  /// What is wrong, and what to do: about the file if it is of another kind.
  ///
  /// - Parameter fix: for a file that is to be JSON and isn't.
  /// - Returns: what follows "is", and the fix.
  package func complaint(fix: String) -> (reason: String, fix: String) {
    signature.map { ($0.kind, $0.fix) } ?? (description, fix)
  }
}
