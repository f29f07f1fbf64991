internal import HDF5

/// The sizes of a block from which the place of every field in it follows.
struct BlockShape: Equatable, Sendable {
  var tokens: Int
  var sequences: Int
  /// Bytes of each of the string lists, in the order of `SequenceText.allCases`.
  var textBytes: [Int]
  /// Entries of each pair's moved mass; empty in a log without it.
  var movedEntries: [Int]

  /// A block's record starts with so many numbers, 64-bit integers.
  static func encodedCount(_ header: TokenLogHeader) -> Int {
    2 + SequenceText.allCases.count + (header.movedMassThreshold == nil ? 0 : header.pairs.count)
  }

  init(_ block: TokenLogBlock) {
    tokens = block.tokenCount
    sequences = block.sequences.count
    textBytes = SequenceText.allCases.map { text in
      block.sequences.reduce(0) { $0 + $1[text].utf8.count }
    }
    movedEntries = block.pairs.compactMap { $0.moved?.tokens.count }
  }

  init(tokens: Int, sequences: Int, textBytes: [Int], movedEntries: [Int]) {
    (self.tokens, self.sequences) = (tokens, sequences)
    (self.textBytes, self.movedEntries) = (textBytes, movedEntries)
  }

  /// From the numbers at the start of a record; nil unless they are possible.
  init?(_ numbers: [Int64], _ header: TokenLogHeader, recordBytes: Int) {
    let sizes = numbers.compactMap { Int(exactly: $0) }
    guard sizes.count == Self.encodedCount(header),
      sizes.allSatisfy({ (0...recordBytes).contains($0) })
    else { return nil }
    tokens = sizes[0]
    sequences = sizes[1]
    textBytes = Array(sizes[2..<2 + SequenceText.allCases.count])
    movedEntries = Array(sizes[(2 + SequenceText.allCases.count)...])
  }

  var encoded: [Int64] { ([tokens, sequences] + textBytes + movedEntries).map(Int64.init) }
}

/// One array of a block's record, and what becomes of it in the HDF5 file.
struct JournalField: Sendable {
  /// How many elements it has.
  enum Extent: Sendable {
    /// A row for each token, of so many columns; nil for a list.
    case tokens(columns: Int?)
    case sequences
    /// The bytes of a string list, by its place in `SequenceText.allCases`.
    case text(Int)
    /// The entries of a pair's moved mass, by the pair's place in the header.
    case moved(Int)
  }

  /// A dataset that is made from it.
  enum Output: Sendable {
    /// The values as they are.
    case values(path: String, TokenLogColumn?)
    /// 0, and the sums of the values so far.
    case runningSums(path: String, TokenLogColumn?)
  }

  let type: HDF5ElementType
  let extent: Extent
  let outputs: [Output]
  private let encode: @Sendable (TokenLogBlock, inout LittleEndianBytes) -> Void

  /// Appends the block's values; a field of another width would shift all that follow.
  func append(_ block: TokenLogBlock, _ shape: BlockShape, to bytes: inout LittleEndianBytes) {
    let start = bytes.bytes.count
    encode(block, &bytes)
    let (found, expected) = (bytes.bytes.count - start, byteCount(in: shape))
    precondition(found == expected, "\(outputs): \(found) bytes, not \(expected)")
  }

  /// Bytes of the field in a block of a shape that a file claims; nil if no number holds them.
  func possibleByteCount(in shape: BlockShape) -> Int? {
    let (rows, columns): (Int, Int?) =
      switch extent {
      case .tokens(let columns): (shape.tokens, columns)
      case .moved(let pair): (shape.movedEntries[pair], nil)
      case .sequences, .text: (0, nil)
      }
    guard rows > 0 else { return byteCount(in: shape) }
    let (values, overflow) = rows.multipliedReportingOverflow(by: columns ?? 1)
    let (bytes, tooMany) = values.multipliedReportingOverflow(by: type.byteCount)
    return overflow || tooMany ? nil : bytes
  }

  /// Bytes of the field in a block of that shape.
  func byteCount(in shape: BlockShape) -> Int {
    switch extent {
    case .tokens(let columns): shape.tokens * (columns ?? 1) * type.byteCount
    case .sequences: shape.sequences * type.byteCount
    case .text(let index): shape.textBytes[index]
    case .moved(let pair): shape.movedEntries[pair] * type.byteCount
    }
  }
}

extension JournalField {
  private init(
    _ column: TokenLogColumn, of owner: String = "", columns: Int? = nil,
    _ encode: @escaping @Sendable (TokenLogBlock, inout LittleEndianBytes) -> Void
  ) {
    type = column.elementType
    extent = column.scope == .sequence ? .sequences : .tokens(columns: columns)
    outputs = [.values(path: column.path(of: owner), column)]
    self.encode = encode
  }

  private init(
    _ type: HDF5ElementType, _ extent: Extent, _ outputs: [Output],
    _ encode: @escaping @Sendable (TokenLogBlock, inout LittleEndianBytes) -> Void
  ) {
    self.type = type
    self.extent = extent
    self.outputs = outputs
    self.encode = encode
  }

  /// All fields of a block's record, in their order there.
  static func all(for header: TokenLogHeader) -> [JournalField] {
    var fields = tokenFields + sequenceFields
    for (index, text) in SequenceText.allCases.enumerated() {
      fields += textFields(text, index)
    }
    for (index, model) in header.models.enumerated() {
      fields += modelFields(index, model.name, topK: header.topK).filter { field in
        field.column.map { header.has($0, of: model) } ?? true
      }
      if model.replicateType != nil { fields += replicateFields(index, model.name) }
    }
    for (index, pair) in header.pairs.enumerated() {
      fields += pairFields(index, pair.description).filter { field in
        field.column.map { header.has($0) } ?? true
      }
      if header.hasPairReplicates {
        fields.append(
          Self(TokenLogColumn.replicate[2], of: pair.description) { block, bytes in
            bytes.append(block.pairs[index].replicate)
          })
      }
      if header.movedMassThreshold != nil { fields += movedFields(index, pair.description) }
    }
    return fields
  }

  /// The schema's column whose values it holds as they are.
  private var column: TokenLogColumn? {
    if case .values(_, let column)? = outputs.first { column } else { nil }
  }

  private static func pairFields(_ index: Int, _ pair: String) -> [JournalField] {
    PairColumn.allCases.map { column in
      Self(.named(column.rawValue, .pair), of: pair) { block, bytes in
        bytes.append(block.pairs[index][column])
      }
    }
      + PairBound.allCases.map { bound in
        Self(.named(bound.rawValue, .pair), of: pair) { block, bytes in
          bytes.append(block.pairs[index].bounds[bound] ?? [])
        }
      }
  }

  private static func movedFields(_ index: Int, _ pair: String) -> [JournalField] {
    func field(
      _ column: MovedMassColumn, _ extent: Extent,
      _ encode: @escaping @Sendable (MovedMass, inout LittleEndianBytes) -> Void
    ) -> JournalField {
      let description = column.description
      let path = description.path(of: pair)
      return Self(
        description.elementType, extent,
        [
          column == .offsets
            ? .runningSums(path: path, description) : .values(path: path, description)
        ]
      ) { block, bytes in
        if let moved = block.pairs[index].moved { encode(moved, &bytes) }
      }
    }
    return [
      field(.offsets, .sequences) { moved, bytes in
        bytes.append(zip(moved.offsets, moved.offsets.dropFirst()).map { Int64($1 - $0) })
      },
      field(.token, .moved(index)) { moved, bytes in bytes.append(moved.tokens) },
      field(.gained, .moved(index)) { moved, bytes in bytes.append(moved.gained) },
      field(.lost, .moved(index)) { moved, bytes in bytes.append(moved.lost) },
      field(.positions, .sequences) { moved, bytes in
        bytes.append(moved.positions.map { Int64($0) })
      },
      field(.dropped, .sequences) { moved, bytes in bytes.append(moved.dropped) },
    ]
  }

  private static let tokenFields: [JournalField] = [
    Self(.named("id", .token)) { block, bytes in
      for sequence in block.sequences { bytes.append(sequence.tokenIDs) }
    },
    Self(.named("mask", .token)) { block, bytes in
      for sequence in block.sequences {
        bytes.append(sequence.tokenIDs.indices.map { sequence.isResponse($0) ? 1 : 0 as UInt8 })
      }
    },
    Self(.named("unmeasured", .token)) { block, bytes in
      bytes.append(block.unmeasured.map(\.rawValue))
    },
  ]

  private static let sequenceFields: [JournalField] = [
    Self(
      .int64, .sequences,
      [
        .values(path: "/seq/count", .named("count", .sequence)),
        .runningSums(path: "/seq/offsets", .named("offsets", .sequence)),
      ]
    ) { block, bytes in bytes.append(block.sequences.map { Int64($0.tokenIDs.count) }) },
    Self(.named("response_start", .sequence)) { block, bytes in
      bytes.append(block.sequences.map { Int64($0.responseStart) })
    },
    Self(.named("sample_id", .sequence)) { block, bytes in
      bytes.append(block.sequences.map { Int64($0.sampleID) })
    },
    Self(.named("correct", .sequence)) { block, bytes in
      bytes.append(block.sequences.map { $0.isCorrect.map { $0 ? 1 : 0 } ?? 255 as UInt8 })
    },
    Self(.named("reward", .sequence)) { block, bytes in
      bytes.append(block.sequences.map { $0.reward ?? Double.nan })
    },
  ]

  private static func textFields(_ text: SequenceText, _ index: Int) -> [JournalField] {
    let path = "/seq/" + text.rawValue
    return [
      Self(.int64, .sequences, [.runningSums(path: path + "/offsets", nil)]) { block, bytes in
        bytes.append(block.sequences.map { Int64($0[text].utf8.count) })
      },
      Self(.uint8, .text(index), [.values(path: path + "/bytes", nil)]) { block, bytes in
        for sequence in block.sequences { bytes.append(Array(sequence[text].utf8)) }
      },
    ]
  }

  private static func replicateFields(_ index: Int, _ name: String) -> [JournalField] {
    [
      Self(TokenLogColumn.replicate[0], of: name) { block, bytes in
        bytes.append(block.models[index].replicate.logProbability)
      },
      Self(TokenLogColumn.replicate[1], of: name) { block, bytes in
        bytes.append(block.models[index].replicate.entropy)
      },
    ]
  }

  private static func modelFields(_ index: Int, _ name: String, topK: Int) -> [JournalField] {
    var fields = ModelColumn.allCases.map { column in
      Self(.named(column.rawValue, .model), of: name) { block, bytes in
        bytes.append(block.models[index][column])
      }
    }
    fields += ModelIndexColumn.allCases.map { column in
      Self(.named(column.rawValue, .model), of: name) { block, bytes in
        bytes.append(block.models[index][column])
      }
    }
    fields.append(
      Self(.named("unmeasured", .model), of: name) { block, bytes in
        let own = block.models[index].unmeasured
        bytes.append((own.isEmpty ? block.unmeasured : own).map(\.rawValue))
      })
    fields += ModelBound.allCases.map { bound in
      Self(.named(bound.rawValue, .model), of: name) { block, bytes in
        bytes.append(block.models[index].bounds[bound] ?? [])
      }
    }
    if topK == 0 { return fields }
    return fields + [
      Self(.named("topk/id", .model), of: name, columns: topK) { block, bytes in
        bytes.append(block.models[index].topK.ids)
      },
      Self(.named("topk/logp", .model), of: name, columns: topK) { block, bytes in
        bytes.append(block.models[index].topK.logProbabilities)
      },
      Self(.named("topk/rest_logmass", .model), of: name) { block, bytes in
        bytes.append(block.models[index].topK.restLogMass)
      },
    ]
  }
}
