import Foundation
import JSON
import Tensors
import TestSupport
import Testing
import WeightChanges

/// `Tests/Fixtures/weights`: what PyTorch and NumPy make of pairs of tensors in many types.
struct WeightFixtureTests {
  struct Case {
    let name: String
    let before: WeightFolder.Stored
    let after: WeightFolder.Stored
    let value: JSONValue

    subscript(integer key: String) -> Int? { value[key]?.integerValue.map { Int($0) } }
    subscript(number key: String) -> Double? { value[key]?.doubleValue }
    subscript(type key: String) -> ElementType? {
      value[key]?.stringValue.flatMap { ElementType(rawValue: $0) }
    }

    init(_ value: JSONValue) throws {
      self.value = value
      name = try #require(value["name"]?.stringValue)
      func list(_ key: String) -> [Int64] {
        (value[key]?.arrayValue ?? []).compactMap(\.integerValue)
      }
      func stored(_ type: String, _ bits: String) throws -> WeightFolder.Stored {
        WeightFolder.Stored(
          try #require(ElementType(rawValue: value[type]?.stringValue ?? "")),
          list("shape").map { Int($0) }, bits: list(bits))
      }
      before = try stored("typeBefore", "before")
      after = try stored("typeAfter", "after")
    }
  }

  static let cases = Result {
    let text = try String(
      contentsOfFile: Places.fixture("weights/changes.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { try Case(JSONValue(parsing: Array($0.utf8))) }
  }

  /// All of them as one pair of folders without a configuration.
  static func changes(sharded: Bool = false) throws -> WeightChanges {
    try withTemporaryFolder { folder in
      let cases = try cases.get()
      let sides = (cases.map { ($0.name, $0.before) }, cases.map { ($0.name, $0.after) })
      let before = try WeightFolder.write(sides.0, to: folder.appending(path: "before"))
      let after =
        sharded
        ? try WeightFolder.writeShards(sides.1, to: folder.appending(path: "after"))
        : try WeightFolder.write(sides.1, to: folder.appending(path: "after"))
      return try WeightChanges(before: before, after: after)
    }
  }

  @Test(arguments: [false, true])
  func `counts are PyTorch's, norms and stable ranks NumPy's`(sharded: Bool) throws {
    let changes = try Self.changes(sharded: sharded)
    let cases = try Self.cases.get()
    #expect(changes.tensors.count == cases.count && cases.count == 22)
    for expected in cases {
      let name = expected.name
      let found = try #require(changes.tensors.first { $0.name == name })
      let totals = found.totals
      #expect(totals.elements == expected[integer: "elements"], "\(name)")
      #expect(totals.changed == expected[integer: "changed"], "\(name)")
      #expect(totals.notFiniteBefore == expected[integer: "notFiniteBefore"], "\(name)")
      #expect(totals.notFiniteAfter == expected[integer: "notFiniteAfter"], "\(name)")
      #expect(found.firstNotFinite == expected[integer: "firstNotFinite"], "\(name)")
      if found.typeBefore == found.typeAfter {
        #expect(totals.turnedZeros == expected[integer: "turnedZeros"], "\(name)")
      }
      let distances = (expected.value["distances"]?.arrayValue ?? []).compactMap(\.integerValue)
      if let units = expected[type: "units"] {
        #expect(totals.distances == [units: distances.map { Int($0) }], "\(name)")
      } else {
        #expect(totals.distances.isEmpty, "\(name)")
      }
      if let rounded = expected[type: "rounded"] {
        let count = try #require(expected[integer: "changedAfterRounding"])
        #expect(
          totals.rounded == [rounded: .init(elements: totals.elements, changed: count)], "\(name)")
      } else {
        #expect(totals.rounded.isEmpty, "\(name)")
      }
      // Sums of at most 700 squares in Double: relative errors below 700 · 2⁻⁵³ = 8e-14.
      for (norm, key) in [
        (totals.normBefore, "normBefore"), (totals.normAfter, "normAfter"),
        (totals.normOfDifference, "normOfDifference"),
      ] {
        expectClose(norm, try #require(expected[number: key]), relative: 8e-14, "\(name) \(key)")
      }
      #expect(totals.largest == expected[number: "largest"], "\(name)")
      let rank = found.stableRank?.value
      #expect((rank == nil) == (expected[number: "stableRank"] == nil), "\(name)")
      if let rank, let wanted = expected[number: "stableRank"] {
        #expect(found.stableRank?.isUpperBound == false)
        // A residual of 1e-3 · σ₁² leaves at most that, and far less where no other σ is as near;
        // products in single precision add about 1e-6.
        expectClose(rank, wanted, relative: 1e-3, name)
        #expect(rank >= wanted * (1 - 1e-5), "\(name): a Ritz value is never too large")
      }
    }
  }
}
