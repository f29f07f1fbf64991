import Foundation
import Reporting
import Testing

@Suite struct JSONTextTests {
  private struct Result: Encodable {
    var name = "NaN"
    var values: [Double?] = [1.5, .nan, .infinity, -.infinity, nil]
    var single: Float = .nan
  }

  @Test func `numbers that aren't finite are null, and texts stay what they are`() throws {
    let text = try JSONText.text(of: Result())
    let read = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(read["name"] as? String == "NaN")
    #expect(read["single"] is NSNull)
    let values = try #require(read["values"] as? [Any])
    #expect(values.count == 5 && values[0] as? Double == 1.5)
    #expect(values.dropFirst().allSatisfy { $0 is NSNull })
    #expect(!text.contains("Infinity"))
  }
}
