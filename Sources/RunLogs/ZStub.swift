package struct MovedMass: Sendable, Equatable {
  package var offsets: [Int]
  package var tokens: [UInt32]
  package var gained: [Float]
  package var lost: [Float]
  package var positions: [Int]
  package var dropped: [Float]
}
extension TokenLog {
  package func movedMass(of pair: PairName) throws -> MovedMass? { nil }
  package func replicateDivergences(of pair: PairName) throws -> [Float]? { nil }
}
