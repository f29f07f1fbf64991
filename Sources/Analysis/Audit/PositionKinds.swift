internal import RunLogs

extension PositionGrouping {
  /// By kind of token and of position: several groupings of the same positions.
  ///
  /// - Parameters:
  ///   - pair: entropies and ranks are those of its model before.
  ///   - rows: of the pair, all authors'.
  ///   - table: of an open log.
  ///   - categories: rules.
  /// - Returns: by category, place, distance to each landmark, entropy and rank before.
  /// - Throws: `RunLogError` if the log can't be read.
  static func kinds(
    of pair: PairName, _ rows: TokenRows, in table: TokenTable, categories: TokenCategories
  ) throws -> [PositionGrouping] {
    let ids = try table.tokenIDs()
    // An imported model may have neither: then there are no groups by them.
    let entropies =
      table.log.has(.entropy, of: pair.before) ? try table.values(.entropy, of: pair.before) : nil
    let ranks =
      table.log.has(.rank, of: pair.before) ? try table.log.integers(.rank, of: pair.before) : nil
    var places = empty("place in the response", PositionClass.names, count: ids.count)
    var bands = empty("entropy before", EntropyBand.names, count: ids.count)
    var classes = empty("rank before", RankClass.names, count: ids.count)
    rows.visit { row, text, place in
      places.groups[row] = Int32(
        PositionClass(place: place, length: Int(rows.lengths[text])).rawValue)
      if let entropies {
        bands.groups[row] = EntropyBand(Double(entropies[row])).map { Int32($0.rawValue) } ?? -1
      }
      if let ranks { classes.groups[row] = RankClass(ranks[row]).map { Int32($0.rawValue) } ?? -1 }
    }
    return [
      byCategory(rows, ids, table, categories), places,
    ] + landmarks(rows, ids, table, categories) + [bands, classes]
  }

  private static func empty(
    _ kind: String, _ names: [String], count: Int
  ) -> PositionGrouping {
    PositionGrouping(
      names: names.map { .kind(kind, $0) }, groups: [Int32](repeating: -1, count: count))
  }

  /// No groups of a log that doesn't know its tokens' bytes.
  private static func byCategory(
    _ rows: TokenRows, _ ids: [UInt32], _ table: TokenTable, _ categories: TokenCategories
  ) -> PositionGrouping {
    var grouping = empty("category", categories.names, count: ids.count)
    var known: [UInt32: Int32] = [:]
    rows.visit { row, _, _ in
      let id = ids[row]
      if let category = known[id] {
        grouping.groups[row] = category
      } else {
        let category = table.log.tokenBytes(id).map { Int32(categories.category(of: $0)) } ?? -1
        known[id] = category
        grouping.groups[row] = category
      }
    }
    return grouping
  }

  /// One grouping for each landmark, by the distance from it.
  private static func landmarks(
    _ rows: TokenRows, _ ids: [UInt32], _ table: TokenTable, _ categories: TokenCategories
  ) -> [PositionGrouping] {
    categories.landmarks.indices.map { landmark in
      var grouping = empty(
        "tokens from " + categories.landmarks[landmark].name, DistanceClass.names, count: ids.count)
      for text in rows.texts where !rows.range(of: text).isEmpty {
        let start = table.log.tokens(ofSequence: text).lowerBound + table.texts.responseStarts[text]
        let end = table.log.tokens(ofSequence: text).upperBound
        // A token without bytes is none of a landmark's.
        let bytes = (start..<end).map { table.log.tokenBytes(ids[$0]) ?? [] }
        let distances = categories.distances(of: landmark, inTokens: bytes)
        for entry in rows.range(of: text) {
          let row = Int(rows.indices[entry])
          guard row >= start else { continue }
          grouping.groups[row] = Int32(DistanceClass(distances[row - start]).rawValue)
        }
      }
      return grouping
    }
  }
}
