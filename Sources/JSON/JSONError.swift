/// Why a text is not the JSON that was asked for, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, on one line.
  public let reason: String
  /// Line of the fault, from 1.
  public let line: Int
  /// Column of the fault in characters; 0 before the first one of the line.
  public let column: Int
  /// Bytes of the text up to the fault.
  public let byteOffset: Int

  /// Place and reason on one line; the reader of a file puts its name in front.
  public var description: String {
    "invalid JSON at line \(line), column \(column) (byte \(byteOffset)): \(reason)"
  }
}
