import Crypto
import Foundation

/// SHA-256 of files, as 64 hexadecimal digits.
public enum Digest {
  /// The digest of a file's bytes, read in pieces.
  /// - Throws: `ScoringError.unreadable`.
  public static func ofFile(_ path: String) throws -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw ScoringError.unreadable(path: path, reason: "no such file")
    }
    let known = try? URL(filePath: path).resourceValues(forKeys: [.isDirectoryKey])
    guard known?.isDirectory != true else {
      throw ScoringError.unreadable(path: path, reason: "is a folder, not a file")
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw ScoringError.unreadable(path: path, reason: "can't be opened; check its permissions")
    }
    defer { try? handle.close() }
    var hash = SHA256()
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty {
        hash.update(data: piece)
      }
    } catch {
      throw ScoringError.unreadable(path: path, reason: error.localizedDescription)
    }
    return hexadecimal(hash.finalize())
  }

  /// The digest of a text's UTF-8 bytes.
  public static func ofText(_ text: String) -> String {
    hexadecimal(SHA256.hash(data: Data(text.utf8)))
  }

  private static func hexadecimal(_ digest: SHA256.Digest) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0" + digits : digits
    }.joined()
  }
}
