internal import Adapters
internal import Files
package import Foundation
internal import Kernels
internal import Safetensors
internal import Scoring
internal import Tasks
internal import Tensors
internal import Tokenization

/// A checkpoint whose weights are a little off: a real one on the disk, which is read as any other.
package enum EditedCheckpoint {
  /// Writes a copy with edited weights.
  ///
  /// Each weight of each matrix is multiplied by 1 + relative or 1 − relative, by a coin, and rounded to its
  /// stored type. Vectors (norms, biases) stay.
  ///
  /// - Parameters:
  ///   - source: a checkpoint's folder, without adapters.
  ///   - folder: to be made.
  ///   - relative: size of the edits, say 0.01.
  ///   - seed: of the coins.
  ///   - pause: called between tensors; what it throws ends the writing.
  /// - Throws: `SafetensorsError`, `AdapterError`, `FileError`, and what `pause` throws.
  package static func write(
    _ source: String, to folder: URL, relative: Double, seed: UInt64, pause: () throws -> Void = {}
  ) throws {
    let model = try ModelFolder(source)
    guard model.adapters.isEmpty else {
      throw SelfTestError(
        source,
        "has an adapter, whose weights can't be edited by themselves; merge it, or name its base")
    }
    let checkpoint = try SafetensorsCheckpoint(directory: model.base)
    try Folder.create(folder.path)
    for name in ["config.json", "generation_config.json"] + Tokenizer.fileNames {
      let file = URL(filePath: model.base).appending(path: name)
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      try copy(file, to: folder)
    }
    if let index = checkpoint.indexPath { try copy(URL(filePath: index), to: folder) }
    for (number, file) in checkpoint.files.enumerated() {
      let name = URL(filePath: file.path).lastPathComponent
      try write(
        file, to: folder.appending(path: name).path, relative: relative,
        seed: seed &+ UInt64(number), pause: pause)
    }
  }

  /// Where a download cache has links the copy has files.
  private static func copy(_ file: URL, to folder: URL) throws {
    try FileManager.default.copyItem(
      at: file.resolvingSymlinksInPath(), to: folder.appending(path: file.lastPathComponent))
  }

  /// The header as it is, then the tensors, which cover the rest of the file without a hole.
  private static func write(
    _ file: SafetensorsFile, to path: String, relative: Double, seed: UInt64,
    pause: () throws -> Void
  ) throws {
    let mapped = try MappedFile(path: file.path)
    let header = mapped.byteCount - file.entries.reduce(0) { $0 + $1.tensor.byteCount }
    var output = try FileReplacement(path: path)
    try output.append(mapped.bytes.extracting(0..<header))
    var start = header
    for (number, entry) in file.entries.enumerated() {
      try pause()
      let tensor = entry.tensor
      let end = start + tensor.byteCount
      defer { start = end }
      guard tensor.shape.count > 1, tensor.elementType.isWidenable, tensor.elementCount > 0 else {
        try output.append(mapped.bytes.extracting(start..<end))
        continue
      }
      var coins = Coins(seed: seed, index: UInt64(number))
      let floats = try tensor.floats().map { $0 * Float(1 + (coins.next() ? relative : -relative)) }
      switch tensor.elementType {
      case .float32: try output.append(floats.span)
      case .bfloat16: try output.appendBfloat16(floats.span)
      default:
        try output.append(
          floats.flatMap { float in
            let bits = Float16(float).bitPattern
            return [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
          })
      }
    }
    try output.commit()
  }

  /// 64 coins of each draw.
  private struct Coins {
    private var draws: CounterGenerator
    private var bits: UInt64 = 0
    private var left = 0

    init(seed: UInt64, index: UInt64) {
      draws = CounterGenerator(
        seed: seed, stream: StableHash.value(of: "edited weights"), index: index)
    }

    mutating func next() -> Bool {
      if left == 0 { (bits, left) = (draws.next(), 64) }
      defer {
        bits >>= 1
        left -= 1
      }
      return bits & 1 == 1
    }
  }
}
