import Analysis
import Testing

@Suite struct TokenClassTests {
  @Test func `distances have their classes`() {
    for distance in -40...40 {
      let name = DistanceClass.names[DistanceClass(distance).rawValue]
      let side = distance < 0 ? "before" : "after"
      let size =
        switch abs(distance) {
        case 0: "part of it"
        case 1, 2, 3, 4: "1 to 4 \(side)"
        case 5...16: "5 to 16 \(side)"
        default: "17 or more \(side)"
        }
      #expect(name == size, "\(distance)")
    }
    #expect(DistanceClass.names[DistanceClass(nil).rawValue] == "none in the response")
    #expect(DistanceClass(Int.min) == .longBefore && DistanceClass(Int.max) == .longAfter)
  }

  @Test func `places are in fifths after the first token`() {
    for length in 1...97 {
      for place in 0..<length {
        let found = PositionClass(place: place, length: length)
        guard place > 0 else {
          #expect(found == .start)
          continue
        }
        // (place + 1/2) / length in the fifth k: 2 k length <= 5 (2 place + 1) < 2 (k + 1) length.
        let fifth = found.rawValue - 1
        #expect((0..<5).contains(fifth))
        #expect(2 * fifth * length <= 5 * (2 * place + 1), "\(place) of \(length)")
        #expect(5 * (2 * place + 1) < 2 * (fifth + 1) * length, "\(place) of \(length)")
      }
    }
    let ten = (0..<10).map { PositionClass(place: $0, length: 10) }
    #expect(
      ten.map(\.rawValue) == [0, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        && PositionClass.names[2] == "second fifth")
  }

  @Test func `entropies are in bands with their upper limit`() {
    let expected: [(Double, Int?)] = [
      (-1e-9, 0), (0, 0), (0.05, 0), (0.05.nextUp, 1), (0.5, 1), (0.5.nextUp, 2), (1, 2),
      (1.0.nextUp, 3), (2, 3), (2.0.nextUp, 4), (12, 4), (.nan, nil), (.infinity, nil),
    ]
    for (entropy, band) in expected {
      #expect(EntropyBand(entropy)?.rawValue == band, "\(entropy)")
    }
  }

  @Test func `ranks have their classes`() {
    let expected: [(UInt32, Int?)] = [
      (0, nil), (1, 0), (2, 1), (3, 2), (10, 2), (11, 3), (.max, 3),
    ]
    for (rank, index) in expected { #expect(RankClass(rank)?.rawValue == index, "\(rank)") }
  }

  @Test func `each class has a name of its own`() {
    #expect(Set(DistanceClass.names).count == DistanceClass.allCases.count)
    #expect(Set(PositionClass.names).count == PositionClass.allCases.count)
    #expect(Set(EntropyBand.names).count == EntropyBand.allCases.count)
    #expect(Set(RankClass.names).count == RankClass.allCases.count)
  }
}
