internal import Kernels
internal import Tensors

/// Bytes of a model's matrices, as stored.
public struct WeightSizes: Sendable, Equatable {
  /// Those that lie in files, which the system can read again when it needs the memory.
  public var mapped = 0
  /// Those in memory of their own: merged by an adapter, or laid out anew.
  public var owned = 0
  /// Those of the mapped embedding, and of learned positions, that are no head too.
  public var embedding = 0
  /// Mapped ones of the largest block.
  public var largestBlock = 0
}

extension Transformer {
  /// How large the matrices are; vectors are not counted.
  public var weightSizes: WeightSizes {
    var sizes = WeightSizes()
    for block in weights.blocks {
      var bytes = 0
      for projection in block.projections {
        let size = projection.rows.count * projection.weight.rowSize
        if projection.weight.isMapped {
          bytes += size * projection.weight.elementType.byteCount
        } else {
          sizes.owned += size * projection.weight.elementType.byteCount
        }
      }
      sizes.mapped += bytes
      sizes.largestBlock = max(sizes.largestBlock, bytes)
    }
    if !configuration.tiesEmbeddings, weights.embedding.isMapped {
      sizes.embedding = weights.embedding.byteCount
    }
    if let positions = weights.positions, positions.isMapped {
      sizes.embedding += positions.byteCount
    }
    let others =
      [weights.embedding, weights.positions]
      + (configuration.tiesEmbeddings ? [] : [weights.head])
    for tensor in others.compactMap({ $0 }) {
      if tensor.isMapped {
        sizes.mapped += tensor.byteCount
      } else {
        sizes.owned += tensor.byteCount
      }
    }
    return sizes
  }

  /// Bytes that a forward pass over so many rows needs beside the weights.
  ///
  /// - Parameter rows: of the packed sequences.
  /// - Returns: what is there at once, in the precision that the model computes in.
  public func activationBytes(rows: Int) -> Int {
    let (hidden, wide) = (configuration.hiddenSize, configuration.intermediateSize)
    let queries = configuration.heads.queryCount * configuration.heads.dimension
    let keys = configuration.heads.keyValueCount * configuration.heads.dimension
    let hasGate = configuration.options.feedForward != .gelu
    // As in `Activations`, and the final states.
    let floats =
      3 * hidden + 2 * queries + 2 * keys + (hasGate ? 2 : 1) * wide
      + (configuration.options.hasBranchNorms ? hidden : 0)
    // The widest input rounded to bfloat16.
    let rounded = compute == .bfloat16 ? max(hidden, wide, queries) / 2 : 0
    return 4 * rows * (floats + rounded)
  }

  /// Lets go of what `embed` has read.
  func releaseEmbedding() {
    for tensor in [weights.embedding, weights.positions].compactMap({ $0 }) {
      tensor.expect(.later, ofRows: 0..<tensor.rowCount)
    }
  }

  /// Tells the system what becomes of a block's weights.
  func expect(_ use: MappedFile.Use, ofBlock index: Int) {
    guard weights.blocks.indices.contains(index) else { return }
    for projection in weights.blocks[index].projections {
      projection.weight.expect(use, ofRows: projection.rows)
    }
  }
}

extension BlockWeights {
  var projections: [Projection] {
    [query, key, value, attentionOutput, gate, down] + [up].compactMap { $0 }
  }
}
