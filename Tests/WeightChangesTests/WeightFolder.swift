import Foundation
import Tensors

/// Checkpoints that are written byte by byte.
enum WeightFolder {
  /// A tensor's type, shape and bytes.
  struct Stored {
    var type: ElementType
    var shape: [Int]
    var bytes: [UInt8]

    init(_ type: ElementType, _ shape: [Int], bytes: [UInt8]) {
      (self.type, self.shape, self.bytes) = (type, shape, bytes)
    }

    /// Integers as the bits of elements.
    init(_ type: ElementType, _ shape: [Int], bits: [Int64]) {
      self.init(
        type, shape,
        bytes: bits.flatMap { bits in
          (0..<type.byteCount).map { UInt8(truncatingIfNeeded: bits >> Int64(8 * $0)) }
        })
    }

    /// Singles.
    init(_ shape: [Int], _ floats: [Float]) {
      self.init(.float32, shape, bits: floats.map { Int64($0.bitPattern) })
    }

    /// Singles cut to bfloat16.
    init(brain shape: [Int], _ floats: [Float]) {
      self.init(.bfloat16, shape, bits: floats.map { Int64($0.bitPattern >> 16) })
    }
  }

  /// Writes `model.safetensors` of a new folder; with text, `config.json`.
  static func write(
    _ tensors: [(name: String, tensor: Stored)], to folder: URL, configuration: String? = nil
  ) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(file(tensors)).write(to: folder.appending(path: "model.safetensors"))
    if let configuration {
      try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    }
    return folder.path
  }

  /// The same in two files with an index.
  static func writeShards(
    _ tensors: [(name: String, tensor: Stored)], to folder: URL
  ) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let half = tensors.count / 2
    let parts = [tensors[..<half], tensors[half...]]
    var map: [String] = []
    for (index, part) in parts.enumerated() {
      let name = "model-0000\(index + 1)-of-00002.safetensors"
      try Data(file(Array(part))).write(to: folder.appending(path: name))
      map += part.map { "\"\($0.name)\": \"\(name)\"" }
    }
    try Data("{\"weight_map\": {\(map.joined(separator: ", "))}}".utf8)
      .write(to: folder.appending(path: "model.safetensors.index.json"))
    return folder.path
  }

  private static func file(_ tensors: [(name: String, tensor: Stored)]) -> [UInt8] {
    var (end, members) = (0, [String]())
    for (name, tensor) in tensors {
      let begin = end
      end += tensor.bytes.count
      members.append(
        "\"\(name)\": {\"dtype\": \"\(tensor.type.rawValue)\", \"shape\": \(tensor.shape), "
          + "\"data_offsets\": [\(begin), \(end)]}")
    }
    let header = Array("{\(members.joined(separator: ", "))}".utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return length + header + tensors.flatMap(\.tensor.bytes)
  }
}
