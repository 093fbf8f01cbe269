import KuayuModel
import KuayuReconcile

/// Service figures made up from a generator.
enum ServiceSample {
    static func figures(using chance: inout SeededGenerator, asOf: Instant) -> ServiceFigures {
        ServiceFigures(
            asOf: asOf,
            byMode: [
                ServiceFigures.Count(key: "online", name: "全程网办", cases: 48_210, ended: 46_020, granted: 44_871),
                ServiceFigures.Count(key: "collect", name: "异地代收代办", cases: 12_954, ended: 11_730, granted: 11_012),
                ServiceFigures.Count(key: "joint", name: "多地联办", cases: 1_872, ended: 1_405, granted: 1_377),
            ],
            byItem: [
                ServiceFigures.Count(
                    key: "000709002000", name: "首次申领居民身份证", cases: 18_211, ended: 17_650, granted: 17_502),
                ServiceFigures.Count(
                    key: "000114001000", name: "社会保险关系转移接续", cases: 11_940, ended: 10_700, granted: 10_690),
                ServiceFigures.Count(key: "000172003000", name: "异地就医备案", cases: 9_873, ended: 9_871, granted: 9_860),
                ServiceFigures.Count(
                    key: "000131010000", name: "企业开办（一件事）", cases: 3_402, ended: 2_988, granted: 2_901),
            ],
            directions: directions(using: &chance), decisions: decisions(using: &chance),
            clocks: RegionCode.federated.map { region in
                ServiceFigures.Clocks(
                    region: region, running: 300 + chance.next(below: 900), yellow: chance.next(below: 60),
                    overdue: chance.next(below: 9), pausedForSupplement: chance.next(below: 90),
                    pausedForProcedure: chance.next(below: 20))
            },
            owed: RegionCode.federated.map { region in
                ServiceFigures.Owed(
                    region: region, upTo5: chance.next(below: 60), upTo10: chance.next(below: 30),
                    upTo20: chance.next(below: 12), more: chance.next(below: 5), overdue: chance.next(below: 6))
            },
            bundles: [
                ServiceFigures.Bundle(
                    theme: "enterprise-start", name: "企业开办一件事", bundles: 412, closed: 371, acrossRegions: 96,
                    children: 2_472, ended: 2_266),
                ServiceFigures.Bundle(
                    theme: "newborn", name: "新生儿出生一件事", bundles: 1_203, closed: 1_188, acrossRegions: 240,
                    children: 6_015, ended: 5_980),
            ],
            savings: [
                ServiceFigures.Saving(measure: "steps", cases: 51_200, incomplete: 31, before: 296_960, after: 122_880),
                ServiceFigures.Saving(
                    measure: "materials", cases: 51_200, incomplete: 12, before: 404_480, after: 168_960),
                ServiceFigures.Saving(
                    measure: "limit", cases: 48_800, incomplete: 2_400, before: 732_000, after: 268_400),
                ServiceFigures.Saving(measure: "visits", cases: 51_200, incomplete: 0, before: 112_640, after: 15_360),
            ])
    }

    private static func directions(using chance: inout SeededGenerator) -> [ServiceFigures.Direction] {
        var rows: [ServiceFigures.Direction] = []
        for from in RegionCode.federated {
            for to in RegionCode.federated where to != from {
                for mode in ["online", "collect", "joint"] {
                    let most = mode == "online" ? 7_000 : mode == "collect" ? 1_800 : 260
                    rows.append(
                        ServiceFigures.Direction(from: from, to: to, mode: mode, cases: chance.next(below: most)))
                }
            }
        }
        return rows
    }

    private static func decisions(using chance: inout SeededGenerator) -> [ServiceFigures.Decision] {
        RegionCode.federated.compactMap { region in
            let samples = (0..<400).map { _ in
                let promised = [30, 50, 100][chance.next(below: 3)]
                return ServiceFigures.DecisionSample(
                    takenTenths: 4 + chance.next(below: promised + promised / 8), promisedTenths: promised)
            }
            return ServiceFigures.Decision(region: region, samples: samples)
        }
    }
}
