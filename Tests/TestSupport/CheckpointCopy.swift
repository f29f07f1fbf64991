package import Foundation

/// A checkpoint's folder, copied so that a test can spoil one thing in it.
package struct CheckpointCopy {
  /// The copy.
  package let folder: URL

  /// Why a copy can't be changed as asked: the test is wrong, not the program.
  package struct Mismatch: Error { let reason: String }

  /// Copies all files of `source` into `folder`, which must not exist yet.
  package init(of source: String, to folder: URL) throws {
    self.folder = folder
    try FileManager.default.copyItem(at: URL(filePath: source), to: folder)
  }

  private init(folder: URL) { self.folder = folder }

  /// A folder that is a test's own already.
  package static func existing(_ folder: URL) -> CheckpointCopy { CheckpointCopy(folder: folder) }

  /// The path of one of its files.
  package func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Replaces a part of a text file, which must occur.
  package func replace(_ old: String, with new: String, in name: String) throws {
    let text = try String(contentsOfFile: path(name), encoding: .utf8)
    guard text.contains(old) else { throw Mismatch(reason: "\(name) has no '\(old)'") }
    try Data(text.replacing(old, with: new).utf8).write(to: folder.appending(path: name))
  }

  /// Keeps the first bytes of a file.
  package func truncate(_ name: String, to count: Int) throws {
    let bytes = try Data(contentsOf: folder.appending(path: name))
    try bytes.prefix(count).write(to: folder.appending(path: name))
  }

  /// Overwrites elements of a 16-bit tensor in `model.safetensors`.
  package func setElements(_ range: Range<Int>, of tensor: String, to pattern: UInt16) throws {
    let url = folder.appending(path: "model.safetensors")
    var bytes = try Data(contentsOf: url)
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any]
    guard let entry = header?[tensor] as? [String: Any],
      let offsets = entry["data_offsets"] as? [Int]
    else { throw Mismatch(reason: "no tensor \(tensor)") }
    guard offsets[0] + 2 * range.upperBound <= offsets[1] else {
      throw Mismatch(reason: "\(tensor) has fewer elements")
    }
    for element in range {
      let place = 8 + length + offsets[0] + 2 * element
      bytes[place] = UInt8(truncatingIfNeeded: pattern)
      bytes[place + 1] = UInt8(truncatingIfNeeded: pattern >> 8)
    }
    try bytes.write(to: url)
  }
}
