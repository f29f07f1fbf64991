internal import Files
internal import Kernels
internal import Tensors

/// Bytes of a model's matrices, as stored.
package struct WeightSizes: Sendable, Equatable {
  /// Those that lie in files, which the system can read again when it needs the memory.
  package var mapped = 0
  /// Those in memory of their own: merged by an adapter, or laid out anew.
  package var owned = 0
  /// Those of the mapped embedding, and of learned positions, that are no head too.
  package var embedding = 0
  /// Mapped ones of the largest block.
  package var largestBlock = 0
}

extension Transformer {
  /// How large the matrices are; vectors are not counted.
  package var weightSizes: WeightSizes {
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
  package func activationBytes(rows: Int) -> Int {
    let (hidden, wide) = (configuration.hiddenSize, configuration.denseWidth)
    let queries = configuration.heads.queryCount * configuration.heads.dimension
    let keys = configuration.heads.keyValueCount * configuration.heads.dimension
    let hasGate = configuration.options.feedForward != .gelu
    // As in `Activations`, and the final states.
    let floats =
      3 * hidden + 2 * queries + 2 * keys + (hasGate ? 2 : 1) * wide
      + (configuration.options.hasBranchNorms ? hidden : 0)
    // The widest input rounded to bfloat16.
    let rounded = compute == .bfloat16 ? max(hidden, wide, queries) / 2 : 0
    let experts = configuration.options.experts.map { experts in
      ExpertRows.floats(rows: rows, hidden: hidden, experts, isRounded: compute == .bfloat16)
    }
    return 4 * (rows * (floats + rounded) + (experts ?? 0))
  }

  /// Lets go of what `embed` has read.
  func releaseEmbedding() {
    for tensor in [weights.embedding, weights.positions].compactMap({ $0 }) {
      tensor.expect(.later, ofRows: 0..<tensor.rowCount)
    }
  }

  /// Tells the system that a block's weights will be used, experts only if most of them will be: which
  /// ones is known when their layer begins.
  func expectSoon(block index: Int, rows: Int) {
    guard weights.blocks.indices.contains(index) else { return }
    let block = weights.blocks[index]
    // Of experts taken at random e⁻² would be left out.
    let usesMost =
      configuration.options.experts.map { rows * $0.usedCount >= 2 * $0.count } ?? true
    for projection in usesMost ? block.projections : block.sharedProjections {
      projection.weight.expect(.soon, ofRows: projection.rows)
    }
  }

  /// Tells the system that a block's weights were used.
  func letGo(ofBlock index: Int) {
    for projection in weights.blocks[index].projections {
      projection.weight.expect(.later, ofRows: projection.rows)
    }
  }
}

extension BlockWeights {
  var projections: [Projection] {
    [query, key, value, attentionOutput] + feedForward.projections
  }

  /// Those that every token goes through.
  var sharedProjections: [Projection] {
    [query, key, value, attentionOutput] + feedForward.shared
  }
}
