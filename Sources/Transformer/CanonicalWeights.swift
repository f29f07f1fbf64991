package import Tensors

/// A source's tensors under the names that the family has for them.
///
/// Names are read anew only where their meaning is certain: one rule holds for all of them, it leads
/// to one decoder, and no two names become one. The rest keeps its names.
package struct CanonicalWeights: WeightSource {
  /// The family's names, then those of other tensors.
  package let tensorNames: [String]
  /// As the source's.
  package let location: String
  /// How names were read, for people; empty if they are the family's own.
  package let notes: [String]
  private let source: any WeightSource
  private let originals: [String: String]

  /// Finds the decoder among the names.
  ///
  /// - Parameters:
  ///   - source: the weights as stored.
  ///   - configuration: its family, and whether one matrix is embedding and head.
  /// - Throws: `TransformerError` if the names lead to several decoders, to one below a prefix whose
  ///   meaning isn't known, or to an adapter that isn't merged.
  package init(
    _ source: some WeightSource, for configuration: TransformerConfiguration
  ) throws(TransformerError) {
    let names = WeightNames(configuration.family)
    let found = source.tensorNames
    (self.source, location) = (source, source.location)
    if let name = found.filter(names.isOfAdapter).min() {
      throw .unmergedAdapter(tensor: name, location: source.location)
    }
    let places = names.places(in: found)
    let known = places.filter(\.isKnown).sorted()
    guard let place = known.first else {
      if let strange = places.min() {
        throw .unknownPrefix(strange.prefix, expected: names.body, location: source.location)
      }
      // Without a first block the model lacks much, and whoever loads it says what.
      (tensorNames, notes, originals) = (found, [], [:])
      return
    }
    if known.count > 1 {
      throw .twoDecoders(known.map(\.prefix), location: source.location)
    }
    var originals: [String: String] = [:]
    var isChanged = false
    for name in found.sorted() {
      let canonical = names.canonical(name, at: place)
      if let other = originals.updateValue(name, forKey: canonical ?? name) {
        throw .sameTensor([other, name], location: source.location)
      }
      if let canonical, canonical != name { isChanged = true }
    }
    var notes = isChanged ? Self.notes(names, place, found) : []
    let others = Self.namedOtherwise(names, place, found, lackingIn: originals)
    for (canonical, name) in others {
      originals[name] = nil
      originals[canonical] = name
    }
    if let first = others.values.min() {
      notes.append("\(others.count) with another prefix than the rest, as '\(first)'")
    }
    if configuration.tiesEmbeddings, originals[names.embedding] == nil,
      let head = originals.removeValue(forKey: WeightNames.head)
    {
      originals[names.embedding] = head
      notes.append("the tied embedding as '\(head)'")
    }
    tensorNames = originals.keys.sorted()
    (self.notes, self.originals) = (notes, originals)
  }

  /// The tensor that the family calls so, or another one of that name.
  package func tensor(named name: String) -> Tensor? {
    originals.isEmpty
      ? source.tensor(named: name) : originals[name].flatMap { source.tensor(named: $0) }
  }

  /// Tensors with or without the body's own prefix where the others are the other way, by the name
  /// that the family has for them: transformers adds and takes that one tensor by tensor.
  private static func namedOtherwise(
    _ names: WeightNames, _ place: WeightNames.NamePosition, _ found: [String],
    lackingIn originals: [String: String]
  ) -> [String: String] {
    let own = names.body.dropLast()
    var places = [WeightNames.NamePosition(components: place.components + [own])]
    if place.components.last == own {
      places.append(WeightNames.NamePosition(components: place.components.dropLast()))
    }
    var candidates: [String: [String]] = [:]
    for name in found where names.canonical(name, at: place) == nil {
      for other in places {
        guard let canonical = names.canonical(name, at: other) else { continue }
        if originals[canonical] == nil { candidates[canonical, default: []].append(name) }
        break
      }
    }
    return candidates.compactMapValues { $0.count == 1 ? $0[0] : nil }
  }

  private static func notes(
    _ names: WeightNames, _ place: WeightNames.NamePosition, _ found: [String]
  ) -> [String] {
    let read = found.filter { names.canonical($0, at: place) != nil }
    var notes: [String] = []
    // What leads to the decoder, with wrappers.
    let leading = Set(read.map { leadingPart(of: $0, at: place) })
    let prefix = leading.sorted().max { $0.count < $1.count } ?? ""
    // After a dot: "language_model." doesn't end in "model.".
    if ("." + prefix).hasSuffix("." + names.body) {
      let more = prefix.dropLast(names.body.count)
      if !more.isEmpty { notes.append("without the prefix '\(more)'") }
    } else if prefix.isEmpty {
      notes.append("without '\(names.body)', which belongs before them")
    } else {
      notes.append("with '\(prefix)' for '\(names.body)'")
    }
    let inside = Set(
      read.flatMap { name in
        name.dropFirst(leadingPart(of: name, at: place).count).split(separator: ".")
          .filter(WeightNames.wrappers.contains)
      })
    return notes + inside.sorted().map { "without '\($0).' inside" }
  }

  /// The components of `place` with the wrappers before and among them.
  private static func leadingPart(of name: String, at place: WeightNames.NamePosition) -> String {
    let components = name.split(separator: ".", omittingEmptySubsequences: false)
    var rest = place.components[...]
    var count = 0
    for component in components {
      if rest.first == component {
        rest.removeFirst()
      } else if !WeightNames.wrappers.contains(component) || (rest.isEmpty && count > 0) {
        break
      }
      count += 1
    }
    return components.prefix(count).map { $0 + "." }.joined()
  }
}
