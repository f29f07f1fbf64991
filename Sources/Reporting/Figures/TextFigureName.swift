internal import Crypto
internal import Foundation

/// The names of the files of texts' figures, whose ids may be paths, web addresses or whole problems.
package enum TextFigureName {
  /// Longer ids would be hard to read, and some too long for a file system.
  private static let longest = 60
  private static let prefixLength = 24

  /// One name for each id, on any system the name of a file; ids that differ have names that differ,
  /// also where upper and lower case are one.
  package static func names(ofTexts ids: [String]) -> [String] {
    let lowered = Dictionary(grouping: Set(ids.map { Array($0.utf8) })) {
      String(decoding: $0, as: UTF8.self).lowercased()
    }
    return ids.map { id in
      let isAlone = lowered[id.lowercased()]?.count ?? 0 <= 1
      return "tokens-" + (isPlain(id) && isAlone ? id : shortened(id))
    }
  }

  private static func isPlain(_ id: String) -> Bool {
    !id.isEmpty && id.utf8.count <= longest && id.unicodeScalars.allSatisfy(isAllowed)
  }

  /// The beginning, as far as a file's name may have it, and a digest of the whole.
  private static func shortened(_ id: String) -> String {
    let start = id.unicodeScalars.prefix(prefixLength).map { isAllowed($0) ? String($0) : "_" }
    let digest = SHA256.hash(data: Data(id.utf8)).prefix(5).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return start.joined() + "-" + digest.joined()
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }
}
