internal import Crypto
internal import Texts

/// SHA-256 of a source, by which a log says what it was made of.
enum SourceDigest {
  /// In hexadecimal digits.
  /// - Throws: `TextError` where the file can't be read.
  static func ofFile(_ path: String) throws -> String {
    var file = try ByteStream(path: path)
    var hash = SHA256()
    while let piece = try file.next() { hash.update(data: piece) }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
