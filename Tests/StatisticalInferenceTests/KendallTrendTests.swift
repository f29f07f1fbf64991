import StatisticalInference
import TestSupport
import Testing

@Suite struct KendallTrendTests {
  /// All orders of six things, by counting.
  @Test func `without ties it is the share of orders with as few inversions`() {
    var orders: [[Double]] = [[]]
    for size in 1...6 {
      orders = orders.flatMap { order in
        (0...order.count).map { place in
          var longer = order
          longer.insert(Double(size), at: place)
          return longer
        }
      }
    }
    #expect(orders.count == 720)
    func inversions(_ order: [Double]) -> Int {
      order.indices.reduce(0) { sum, later in
        sum + order[..<later].count { $0 > order[later] }
      }
    }
    let counts = orders.map(inversions)
    for (order, count) in zip(orders, counts) {
      let expected = Double(counts.count { $0 <= count }) / 720
      // Sums of six shares' products: some 50 roundings.
      expectClose(KendallTrend.risingProbability(order), expected, relative: 1e-13)
    }
  }

  /// SciPy 1.17.1: kendalltau(range(8), values, alternative="greater"), which is asymptotic with ties.
  @Test func `with ties it is scipy's`() {
    expectClose(
      KendallTrend.risingProbability([1, 2, 2, 3, 3, 3, 5, 4]), 0.002_367_432_429_788_209_4,
      relative: 1e-12)
    expectClose(
      KendallTrend.risingProbability([3, 1, 1, 2, 0, 0, 0, 1]), 0.942_449_892_083_714_7,
      relative: 1e-12)
  }

  @Test func `nothing to go by is no trend`() {
    #expect(KendallTrend.risingProbability([]) == 1)
    #expect(KendallTrend.risingProbability([4]) == 1)
    #expect(KendallTrend.risingProbability([2, 2, 2, 2]) == 1)
  }
}
