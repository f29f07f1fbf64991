import Foundation
import TestSupport
import Testing

/// `Tests/Fixtures/statistics/pairs.json`: numbers by mpmath at 200 digits.
struct PairFixture: Decodable, Sendable, CustomTestStringConvertible {
  struct Row: Decodable, Sendable {
    let logZ: Double
    let logp: Double
    let entropy: Double
    let varentropy: Double
    let rank: Int
    let top1: Int32
    let top1Logp: Double
    let topId: [Int32]
    let topLogp: [Double]
    let restLogMass: Double?
  }

  struct Pair: Decodable, Sendable {
    let klAb: Double
    let klBa: Double
    let js: Double
    let tv: Double
    let dH: Double
    let dprob: Double
    let dlogp: Double
    let overlap: Double
  }

  let name: String
  let vocabulary: Int
  let target: Int
  let before: Row
  let after: Row
  let pair: Pair
  let beforeLogits: [Float]
  let afterLogits: [Float]

  var testDescription: String { name }

  private struct File: Decodable { let pairs: [PairFixture] }

  static func all() throws -> [PairFixture] {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("statistics/pairs.json")))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: data).pairs
  }
}
