/// Why compressed bytes can't be unpacked.
package struct DecompressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong, on one line.
  package let reason: String
  /// Compressed bytes before the fault, to the piece that was being unpacked.
  package let byteOffset: UInt64

  /// Reason and place.
  package var description: String { "\(reason), at byte \(byteOffset)" }
}

/// A format of compressed bytes.
package enum CompressionFormat: String, Sendable, CaseIterable {
  /// RFC 1952.
  case gzip
  /// RFC 8878.
  case zstd

  /// The format of a file that begins with these bytes; nil for none of them.
  package init?(signature bytes: [UInt8]) {
    // Deflate is the only method that gzip ever had; a skippable frame may come first in zstd.
    if bytes.starts(with: [0x1F, 0x8B, 0x08]) {
      self = .gzip
    } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || (bytes.count >= 4 && bytes[0] & 0xF0 == 0x50
        && bytes[1...3].elementsEqual([0x2A, 0x4D, 0x18]))
    {
      self = .zstd
    } else {
      return nil
    }
  }
}

/// Unpacks a stream piece by piece.
///
/// Memory is a piece of each side and the format's window, at most 128 MB: what a file claims to
/// unpack to is never set aside.
package final class Decompressor {
  /// Bytes that one call gives at most.
  static let pieceSize = 1 << 20

  private let stream: any CompressedStream
  private var pending: [UInt8] = []
  /// Those of `pending` that are unpacked.
  private var used = 0
  private var consumed: UInt64 = 0
  /// Whether a member or frame has begun and not ended.
  private var isInside = false
  private var endedCount = 0
  /// Whether the library may hold back what there was no room for.
  private var mayHaveMore = false

  /// Begins a stream.
  package init(_ format: CompressionFormat) {
    switch format {
    case .gzip: stream = GzipStream()
    case .zstd: stream = ZstdStream()
    }
  }

  /// Takes in the next compressed bytes.
  package func append(_ bytes: some Collection<UInt8>) {
    pending.removeFirst(used)
    used = 0
    pending += bytes
  }

  /// The next piece; empty if more compressed bytes are needed first.
  /// - Throws: `DecompressionError`.
  package func next() throws(DecompressionError) -> [UInt8] {
    var output: [UInt8] = []
    while output.count < Self.pieceSize {
      if !isInside, stream.skipsZeros, endedCount > 0 { skipZeros() }
      if used == pending.count, !mayHaveMore { break }
      let step = stream.unpack(pending[used...], into: &output, atMost: Self.pieceSize)
      (used, consumed) = (used + step.consumed, consumed + UInt64(step.consumed))
      if let fault = step.fault {
        let isRest = !isInside && endedCount > 0
        throw DecompressionError(
          reason: isRest ? "something else follows the compressed bytes" : "is damaged (\(fault))",
          byteOffset: consumed)
      }
      mayHaveMore = !step.hasEnded && output.count == Self.pieceSize
      isInside = !step.hasEnded && (isInside || step.consumed > 0)
      if step.hasEnded { endedCount += 1 }
      if step.consumed == 0, !step.hasEnded { break }
    }
    return output
  }

  /// Says that there are no more compressed bytes.
  /// - Throws: `DecompressionError` if the stream isn't at its end.
  package func finish() throws(DecompressionError) {
    if isInside || endedCount == 0 {
      throw DecompressionError(reason: "ends in the middle: the file was cut", byteOffset: consumed)
    }
  }

  /// Tapes and some archives fill the last block with zeros, which every reader of gzip passes over.
  private func skipZeros() {
    while used < pending.count, pending[used] == 0 { (used, consumed) = (used + 1, consumed + 1) }
  }
}

/// What one call of a library did.
struct UnpackingStep {
  var consumed: Int
  /// Whether a member or frame ended; the next one begins after it.
  var hasEnded = false
  var fault: String?
}

/// A library's state.
protocol CompressedStream: AnyObject {
  /// Whether zeros between and after members mean nothing.
  var skipsZeros: Bool { get }
  /// Unpacks some bytes and appends what they give, until `output` has `limit` bytes.
  func unpack(
    _ input: ArraySlice<UInt8>, into output: inout [UInt8], atMost limit: Int
  ) -> UnpackingStep
}
