import Plotting
import TestSupport
import Testing

@Suite struct ColourTests {
  private static let roles: [SeriesRole] =
    [.base, .sft, .rl, .srft, .sftToRL] + (0..<5).map(SeriesRole.other)

  @Test func `in grey, roles differ by lightness, dash or marker`() {
    for (index, first) in Self.roles.enumerated() {
      for second in Self.roles.dropFirst(index + 1) {
        let (a, b) = (first.style, second.style)
        let areApart =
          abs(a.colour.luma - b.colour.luma) > 0.15 || a.dash != b.dash || a.marker != b.marker
        #expect(areApart, "\(first) and \(second)")
      }
    }
  }

  @Test func `SFT and RL, most often shown together, differ by lightness and dash`() {
    let (sft, rl) = (SeriesRole.sft.style, SeriesRole.rl.style)
    #expect(sft.colour.luma - rl.colour.luma > 0.2)
    #expect(sft.dash != rl.dash)
  }

  @Test func `white mixed in makes paler, up to white`() {
    #expect(Colour(0x00_80FF).mixedWithWhite(0) == Colour(0x00_80FF))
    // 128 + 127/2 = 191.5 and 255/2 = 127.5 round up.
    #expect(Colour(0x00_80FF).mixedWithWhite(0.5) == Colour(0x80_C0FF))
    #expect(Colour(0x00_80FF).mixedWithWhite(1) == Colour(0xFF_FFFF))
  }

  @Test func `counts darken steadily`() {
    let luma = Palette.sequential.stops.map(\.luma)
    #expect(zip(luma, luma.dropFirst()).allSatisfy { $0 - $1 > 0.05 })
  }

  @Test func `zero is white and black text stays readable at both ends`() {
    let stops = Palette.diverging.stops
    #expect(stops[stops.count / 2] == Colour(0xFF_FFFF))
    #expect(stops.allSatisfy { $0.luma > 0.5 })
  }
}
