internal import Kernels

/// The cosines and sines of a batch, and where each row's are.
struct RotaryAngles: Sendable {
  let table: RotaryEmbedding.Table
  /// For each row, its place in the table.
  let places: [Int32]
}

/// The angles by which each layer turns a batch; those of layers that are turned alike once.
struct LayerAngles: Sendable {
  /// By rope.
  fileprivate let angles: [RotaryAngles]
  /// For each layer the index of its rope, nil where it isn't rotated.
  fileprivate let ropes: [Int?]

  /// Of one layer; nil if it isn't rotated.
  subscript(layer: Int) -> RotaryAngles? { ropes[layer].map { angles[$0] } }

  /// Of rows at these positions, where the tables are in the order of positions.
  func placed(at positions: [Int32]) -> LayerAngles {
    LayerAngles(
      angles: angles.map { RotaryAngles(table: $0.table, places: positions) }, ropes: ropes)
  }
}

extension TransformerConfiguration {
  /// The rotations there are: the model's, then that of some layers; none with learned positions.
  package var ropes: [(base: Double, scaling: RopeScaling)] {
    if options.hasLearnedPositions { return [] }
    return [(ropeBase, options.ropeScaling)]
      + (options.layerRope.map { [($0.base, $0.scaling)] } ?? [])
  }

  /// For each layer the index of its rope, nil where it isn't rotated.
  private var ropeOfLayer: [Int?] {
    (0..<layerCount).map { layer in
      if options.hasLearnedPositions || options.unrotatedLayers.contains(layer) { return nil }
      return options.layerRope?.layers[layer] == true ? 1 : 0
    }
  }

  /// The angles of packed texts' rows.
  func rotaryAngles(of packed: PackedSequences) -> LayerAngles {
    LayerAngles(
      angles: ropes.map { angles(base: $0.base, $0.scaling, of: packed) }, ropes: ropeOfLayer)
  }

  /// The angles of all positions below `length`, of texts no longer than any scaling depends on.
  func rotaryAngles(upTo length: Int) -> LayerAngles {
    let angles = ropes.map { base, scaling in
      let section = section(
        base: base, scaling, length: length,
        frequencyClass: scaling.frequencyClass(ofLength: 0))
      return RotaryAngles(table: RotaryEmbedding.Table([section]), places: [])
    }
    return LayerAngles(angles: angles, ropes: ropeOfLayer)
  }

  /// Texts that share frequencies share a section of the table, so that each text is turned as it
  /// would be alone.
  private func angles(
    base: Double, _ scaling: RopeScaling, of packed: PackedSequences
  ) -> RotaryAngles {
    let lengths = packed.texts.map(\.count)
    let classes = lengths.map { scaling.frequencyClass(ofLength: $0) }
    var longest: [Int: Int] = [:]
    for (length, name) in zip(lengths, classes) { longest[name] = max(longest[name] ?? 0, length) }
    var sections: [RotaryEmbedding.Table.Section] = []
    var starts: [Int: Int32] = [:]
    var end: Int32 = 0
    for (name, length) in longest.sorted(by: { $0.key < $1.key }) {
      starts[name] = end
      end += Int32(length)
      sections.append(section(base: base, scaling, length: length, frequencyClass: name))
    }
    let places = zip(packed.texts, classes).flatMap { text, name in
      let start = starts[name] ?? 0
      return start + Int32(text.prefix.count)..<start + Int32(text.count)
    }
    return RotaryAngles(table: RotaryEmbedding.Table(sections), places: places)
  }

  private func section(
    base: Double, _ scaling: RopeScaling, length: Int, frequencyClass: Int
  ) -> RotaryEmbedding.Table.Section {
    RotaryEmbedding.Table.Section(
      positionCount: length,
      frequencies: scaling.frequencies(
        dimension: options.rotatedDimension ?? heads.dimension, base: base,
        frequencyClass: frequencyClass),
      magnitude: scaling.magnitude)
  }
}
