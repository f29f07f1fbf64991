import Files
import JSON

/// `model.safetensors.index.json`: which shard holds which tensor.
struct ShardIndex {
  let path: String
  /// File names without a folder, each once, sorted.
  let shardNames: [String]
  private let shardByTensor: [[UInt8]: String]

  init(path: String) throws(SafetensorsError) {
    self.path = path
    let text = try Self.parse(path)
    guard let map = text["weight_map"]?.objectValue else {
      throw Self.fault(path, "has no weight_map of tensors to shards")
    }
    guard !map.isEmpty else { throw Self.fault(path, "has an empty weight_map") }
    var shardByTensor: [[UInt8]: String] = [:]
    for member in map {
      guard let shard = member.value.stringValue, Self.isPlainName(shard) else {
        let value = member.value.stringValue.map(SafetensorsError.quoted) ?? "no string"
        throw Self.fault(
          path, "the index puts it into \(value), which is no safetensors file of this folder",
          tensor: member.key)
      }
      shardByTensor[Array(member.key.utf8)] = shard
    }
    shardNames = Set(shardByTensor.values).sorted()
    self.shardByTensor = shardByTensor
  }

  /// Compares what the index says with what the shards hold.
  func check(_ files: [SafetensorsFile]) throws(SafetensorsError) {
    var found: Set<[UInt8]> = []
    for (shard, file) in zip(shardNames, files) {
      for entry in file.entries {
        guard let named = shardByTensor[Array(entry.name.utf8)] else {
          throw Self.fault(
            path, "is in \(shard), but the index does not name it", tensor: entry.name)
        }
        guard named == shard else {
          throw Self.fault(
            path, "the index puts it into \(named), but \(shard) holds it", tensor: entry.name)
        }
        found.insert(Array(entry.name.utf8))
      }
    }
    // Sorted, so that the message does not depend on the dictionary's order.
    let missing = shardByTensor.keys.filter { !found.contains($0) }
      .min { $0.lexicographicallyPrecedes($1) }
    if let missing {
      throw Self.fault(
        path, "the index puts it into \(shardByTensor[missing] ?? ""), which does not hold it",
        tensor: String(decoding: missing, as: UTF8.self))
    }
  }

  private static func parse(_ path: String) throws(SafetensorsError) -> JSONValue {
    do {
      let file = try MappedFile(path: path)
      return try JSONValue(parsing: file.bytes, dialect: .python)
    } catch let error as JSONError {
      let complaint = error.complaint(fix: fix)
      throw SafetensorsError(
        path: path, byteOffset: error.signature == nil ? error.byteOffset : nil,
        reason: "is \(complaint.reason)", fix: complaint.fix)
    } catch {
      throw SafetensorsError(
        path: path, reason: "cannot be read: \(error)", fix: "check the path and its rights")
    }
  }

  /// A name that stays in the folder, whatever an index from elsewhere says.
  private static func isPlainName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    return name.hasSuffix(".safetensors") && !bytes.contains(UInt8(ascii: "/"))
      && !bytes.contains(UInt8(ascii: "\\")) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private static let fix = "copy or download index and shards again, from one source"

  private static func fault(
    _ path: String, _ reason: String, tensor: String? = nil
  ) -> SafetensorsError {
    SafetensorsError(path: path, tensor: tensor, reason: reason, fix: fix)
  }
}
