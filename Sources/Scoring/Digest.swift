internal import Crypto
internal import Foundation
internal import Texts
internal import Tokenization

/// SHA-256 of files, as 64 hexadecimal digits.
package enum Digest {
  /// The digest of a file's bytes, read in pieces.
  /// - Throws: `ScoringError.unreadable`.
  package static func ofFile(_ path: String) throws(ScoringError) -> String {
    try ofFile(path, from: 0, count: .max)
  }

  /// The same with `pause` called between pieces; what it throws ends it.
  static func ofFile(_ path: String, pause: () throws -> Void) throws -> String {
    do {
      var file = try ByteStream(path: path)
      var hash = SHA256()
      while let piece = try file.next() {
        hash.update(data: piece)
        try pause()
      }
      return hash.finalize().hexadecimal
    } catch let error as TextError { throw ScoringError(error) }
  }

  /// The digest of about `count` of a file's bytes, to whole pieces, to see how long it takes.
  static func ofFile(_ path: String, from offset: UInt64, count: Int) throws(ScoringError) -> String
  {
    do {
      var file = try ByteStream(path: path, from: offset)
      var hash = SHA256()
      var rest = count
      while rest > 0, let piece = try file.next() {
        hash.update(data: piece)
        rest -= piece.count
      }
      return hash.finalize().hexadecimal
    } catch { throw ScoringError(error) }
  }

  /// The digest of a text's UTF-8 bytes.
  package static func ofText(_ text: String) -> String {
    SHA256.hash(data: Data(text.utf8)).hexadecimal
  }
}
