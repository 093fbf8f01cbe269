import KuayuModel
import KuayuReconcile
import Testing

/// Medians and shares of the service.
@Suite struct DecisionFiguresTests {
    private func decision(_ taken: [Int], promised: Int?) -> ServiceFigures.Decision? {
        let samples = taken.map { ServiceFigures.DecisionSample(takenTenths: $0, promisedTenths: promised) }
        return ServiceFigures.Decision(region: .anhui, samples: samples)
    }

    @Test(arguments: [
        ([5], 5, 5, 1), ([1, 2], 1, 2, 2), ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9, 10), ([50, 51], 50, 51, 1),
        (Array(1...100), 50, 90, 50),
    ])
    func ranks(_ taken: [Int], _ median: Int, _ ninety: Int, _ within: Int) throws {
        let found = try #require(decision(taken, promised: 50))
        #expect(found.medianTenths == median && found.p90Tenths == ninety && found.within == within)
        #expect(found.promiseMedianTenths == 50)
    }

    @Test func saysNothingWithoutCases() {
        #expect(decision([], promised: 50) == nil)
        #expect(decision([3], promised: nil)?.withinPermille == nil)
        #expect(decision([40, 60, 70], promised: 50)?.withinPermille == 333)
    }

    @Test(arguments: [(0, 1), (5, 1), (6, 2), (10, 2), (11, 3), (20, 3), (21, 4)])
    func putsOwedMaterialsIntoAges(_ age: Int, _ place: Int) {
        var owed = ServiceFigures.Owed(region: .anhui, upTo5: 0, upTo10: 0, upTo20: 0, more: 0, overdue: 0)
        owed.add(ageWorkdays: age, isOverdue: age > 10)
        #expect([owed.upTo5, owed.upTo10, owed.upTo20, owed.more].firstIndex(of: 1) == place - 1)
        #expect(owed.total == 1 && owed.overdue == (age > 10 ? 1 : 0))
    }
}
