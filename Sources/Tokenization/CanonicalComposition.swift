/// Unicode normalisation form C, with the data that Hugging Face tokenizers carries.
///
/// That is Unicode 9. Foundation's and the standard library's newer data order some hundred marks
/// differently that were assigned since, and would so give other tokens.
package struct CanonicalComposition: Sendable {
  /// Read once, at the first text that isn't plain.
  package static let shared = CanonicalComposition()

  /// For each page of 256 scalars the offset of its rows in `classRows`; page 0 of rows is empty.
  private let classPages: [UInt16]
  /// The canonical combining class, or 255 for a starter that composition can change or move into.
  private let classRows: [UInt8]
  private let decompositions: [UInt32: [UInt32]]
  private let composites: [UInt64: UInt32]

  /// A class that no character has.
  private static let changeableStarter: UInt8 = 255

  private init() {
    var composites: [UInt64: UInt32] = [:]
    var steps: [UInt32: [UInt32]] = [:]
    var classes: [UInt32: UInt8] = [:]
    for (composite, pair) in Self.sequences(CanonicalCompositionTables.compositePairs) {
      steps[composite] = pair
      composites[Self.key(pair[0], pair[1])] = composite
      classes[pair[1]] = Self.changeableStarter
    }
    for (scalar, sequence) in Self.sequences(CanonicalCompositionTables.decompositions) {
      steps[scalar] = sequence
      classes[scalar] = Self.changeableStarter
    }
    for jamo in Array(Hangul.vowels) + Array(Hangul.finals) {
      classes[jamo] = Self.changeableStarter
    }
    for (range, value) in Self.classRanges(CanonicalCompositionTables.combiningClasses) {
      for scalar in range { classes[scalar] = value }
    }
    self.composites = composites
    self.decompositions = steps.mapValues { Self.full($0, steps) }
    (classPages, classRows) = Self.pages(classes)
  }

  private static func key(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  /// A sequence whose first scalars are decomposed as far as they can be.
  private static func full(_ sequence: [UInt32], _ steps: [UInt32: [UInt32]]) -> [UInt32] {
    var result = sequence
    while let head = result.first.flatMap({ steps[$0] }) {
      result.replaceSubrange(0..<1, with: head)
    }
    return result
  }

  private static func pages(_ classes: [UInt32: UInt8]) -> ([UInt16], [UInt8]) {
    var pages = [UInt16](repeating: 0, count: 0x1100)
    var rows = [UInt8](repeating: 0, count: 256)
    for (scalar, value) in classes {
      let page = Int(scalar >> 8)
      if pages[page] == 0 {
        pages[page] = UInt16(rows.count / 256)
        rows += [UInt8](repeating: 0, count: 256)
      }
      rows[Int(pages[page]) * 256 + Int(scalar & 0xFF)] = value
    }
    return (pages, rows)
  }

  // MARK: Normalising

  /// The normalised text, or nil if it is normalised as it is.
  package func normalized(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    // Nothing below U+0300, whose first byte is 0xCC, changes or joins.
    guard bytes.contains(where: { $0 >= 0xCC }) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.unicodeScalars.contains(where: { mark($0.value) != 0 }) else { return nil }
    var scalars = decomposed(text)
    compose(&scalars)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for value in scalars {
      if let scalar = Unicode.Scalar(value) { result += UTF8.encode(scalar) ?? .init() }
    }
    return result
  }

  private func mark(_ scalar: UInt32) -> UInt8 {
    classRows[Int(classPages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
  }

  private func combiningClass(_ scalar: UInt32) -> UInt8 {
    let mark = mark(scalar)
    return mark == Self.changeableStarter ? 0 : mark
  }

  /// Every scalar taken apart, marks in the canonical order.
  private func decomposed(_ text: String) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if Hangul.syllables.contains(scalar.value) {
        Hangul.decompose(scalar.value, into: &result)
      } else if scalar.value >= 0xC0, let sequence = decompositions[scalar.value] {
        result += sequence
      } else {
        result.append(scalar.value)
      }
    }
    orderMarks(&result)
    return result
  }

  /// Sorts each run of marks by class; marks of one class keep their order.
  private func orderMarks(_ scalars: inout [UInt32]) {
    var start = 0
    while start < scalars.count {
      if combiningClass(scalars[start]) == 0 {
        start += 1
        continue
      }
      var end = start + 1
      while end < scalars.count && combiningClass(scalars[end]) != 0 { end += 1 }
      if end - start > 1 {
        let run = scalars[start..<end].enumerated().sorted { left, right in
          let (a, b) = (combiningClass(left.element), combiningClass(right.element))
          return a == b ? left.offset < right.offset : a < b
        }
        scalars.replaceSubrange(start..<end, with: run.map(\.element))
      }
      start = end
    }
  }

  /// Joins each mark or jamo with the last starter before it, unless a scalar between blocks it.
  private func compose(_ scalars: inout [UInt32]) {
    var count = 0
    var starter: Int?
    var lastClass: UInt8 = 0
    for scalar in scalars {
      let current = combiningClass(scalar)
      if let index = starter {
        let isAdjacent = index == count - 1
        if isAdjacent || (lastClass < current && lastClass != 0),
          let composite = composite(scalars[index], scalar)
        {
          scalars[index] = composite
          continue
        }
      }
      if current == 0 { starter = count }
      lastClass = current
      scalars[count] = scalar
      count += 1
    }
    scalars.removeSubrange(count...)
  }

  private func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    Hangul.composite(first, second) ?? composites[Self.key(first, second)]
  }
}

/// Korean syllables are composed by arithmetic.
private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
  static let leads: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  static let finals: Range<UInt32> = 0x11A8..<0x11C3
  /// Syllables of one lead and vowel: one without a final and 27 with one.
  private static let finalCount: UInt32 = 28
  private static let vowelCount: UInt32 = 21

  static func decompose(_ syllable: UInt32, into scalars: inout [UInt32]) {
    let index = syllable - syllables.lowerBound
    let final = index % finalCount
    scalars.append(leads.lowerBound + index / (vowelCount * finalCount))
    scalars.append(vowels.lowerBound + index / finalCount % vowelCount)
    if final > 0 { scalars.append(finals.lowerBound + final - 1) }
  }

  static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leads.contains(first) && vowels.contains(second) {
      let lead = first - leads.lowerBound
      let vowel = second - vowels.lowerBound
      return syllables.lowerBound + (lead * vowelCount + vowel) * finalCount
    }
    if syllables.contains(first) && (first - syllables.lowerBound) % finalCount == 0
      && finals.contains(second)
    {
      return first + (second - finals.lowerBound) + 1
    }
    return nil
  }
}

// MARK: Reading the tables

extension CanonicalComposition {
  private static func fields(_ table: String) -> [(key: Substring, value: Substring)] {
    table.split { $0 == " " || $0 == "\n" }.compactMap { entry in
      let parts = entry.split(separator: ":")
      return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
  }

  private static func sequences(_ table: String) -> [(UInt32, [UInt32])] {
    fields(table).flatMap { key, value in
      let first = UInt32(key, radix: 16) ?? 0
      return value.split(separator: ",").enumerated().map { index, sequence in
        (
          first + UInt32(index),
          sequence.split(separator: "+").compactMap { UInt32($0, radix: 16) }
        )
      }
    }
  }

  private static func classRanges(_ table: String) -> [(ClosedRange<UInt32>, UInt8)] {
    fields(table).compactMap { key, value in
      let bounds = key.split(separator: "-").compactMap { UInt32($0, radix: 16) }
      guard let first = bounds.first, let last = bounds.last else { return nil }
      return UInt8(value, radix: 16).map { (first...last, $0) }
    }
  }
}
