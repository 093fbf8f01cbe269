import KuayuModel
import Testing

/// What the prose says of every report, cell by cell, written down apart from the program.
///
/// Applying → submitted, withdrawn (before the decision), a supplement handed in; collecting → collected, in `collect` a
/// supplement handed in too; gateway → transferred; handling → everything from acceptance on. A forward jump is legal, a
/// final state stays. In `joint` a branch speaks for itself, and a result of the lead waits for the others.
///
/// A line a state in force, a column a reported state, both in the order draft submitted collected transferred accepted
/// reviewing supplementing special decided issued delivered closed notAccepted returned withdrawn voided. `>` moves, `=`
/// is so already, `<` would go back, `!` is not the sender's to report, `x` comes after the end, `b` is of a branch.
enum TransitionGrids {
    static let applying = [
        "=>!!!!!!!!!!!!>!",
        "<=!!!!!!!!!!!!>!",
        "<<=!!!!!!!!!!!>!",
        "<<<=!!!!!!!!!!>!",
        "<<<<=!!!!!!!!!>!",
        "<<<<<=!!!!!!!!>!",
        "<<<<<>=!!!!!!!>!",
        "<<<<<!!=!!!!!!>!",
        "<<<<<<<<=!!!!!<!",
        "<<<<<<<<<=!!!!<!",
        "<<<<<<<<<<=!!!<!",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let collecting = [
        "=!>!!!!!!!!!!!!!",
        "<=>!!!!!!!!!!!!!",
        "<<=!!!!!!!!!!!!!",
        "<<<=!!!!!!!!!!!!",
        "<<<<=!!!!!!!!!!!",
        "<<<<<=!!!!!!!!!!",
        "<<<<<!=!!!!!!!!!",
        "<<<<<!!=!!!!!!!!",
        "<<<<<<<<=!!!!!<!",
        "<<<<<<<<<=!!!!<!",
        "<<<<<<<<<<=!!!<!",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let collectingInCollect = [
        "=!>!!!!!!!!!!!!!",
        "<=>!!!!!!!!!!!!!",
        "<<=!!!!!!!!!!!!!",
        "<<<=!!!!!!!!!!!!",
        "<<<<=!!!!!!!!!!!",
        "<<<<<=!!!!!!!!!!",
        "<<<<<>=!!!!!!!!!",
        "<<<<<!!=!!!!!!!!",
        "<<<<<<<<=!!!!!<!",
        "<<<<<<<<<=!!!!<!",
        "<<<<<<<<<<=!!!<!",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let gateway = [
        "=!!>!!!!!!!!!!!!",
        "<=!>!!!!!!!!!!!!",
        "<<=>!!!!!!!!!!!!",
        "<<<=!!!!!!!!!!!!",
        "<<<<=!!!!!!!!!!!",
        "<<<<<=!!!!!!!!!!",
        "<<<<<!=!!!!!!!!!",
        "<<<<<!!=!!!!!!!!",
        "<<<<<<<<=!!!!!<!",
        "<<<<<<<<<=!!!!<!",
        "<<<<<<<<<<=!!!<!",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let handling = [
        "=!!!>>>>>>>>>>!>",
        "<=!!>>>>>>>>>>!>",
        "<<=!>>>>>>>>>>!>",
        "<<<=>>>>>>>>>>!>",
        "<<<<=>>>>>>>>>!>",
        "<<<<<=>>>>>>>>!>",
        "<<<<<>=>>>>>>>!>",
        "<<<<<>>=>>>>>>!>",
        "<<<<<<<<=>>>>><>",
        "<<<<<<<<<=>>>><>",
        "<<<<<<<<<<=>>><>",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let leadWhileOthersWork = [
        "=!!!>>>>bbbb>>!>",
        "<=!!>>>>bbbb>>!>",
        "<<=!>>>>bbbb>>!>",
        "<<<=>>>>bbbb>>!>",
        "<<<<=>>>bbbb>>!>",
        "<<<<<=>>bbbb>>!>",
        "<<<<<>=>bbbb>>!>",
        "<<<<<>>=bbbb>>!>",
        "<<<<<<<<bbbb>><>",
        "<<<<<<<<bbbb>><>",
        "<<<<<<<<bbbb>><>",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]
    static let branch = [
        "=!!!bbbbbbbbbb!b",
        "<=!!bbbbbbbbbb!b",
        "<<=!bbbbbbbbbb!b",
        "<<<=bbbbbbbbbb!b",
        "<<<<bbbbbbbbbb!b",
        "<<<<bbbbbbbbbb!b",
        "<<<<bbbbbbbbbb!b",
        "<<<<bbbbbbbbbb!b",
        "<<<<bbbbbbbbbb<b",
        "<<<<bbbbbbbbbb<b",
        "<<<<bbbbbbbbbb<b",
        "xxxxxxxxxxx=xxxx",
        "xxxxxxxxxxxx=xxx",
        "xxxxxxxxxxxxx=xx",
        "xxxxxxxxxxxxxx=x",
        "xxxxxxxxxxxxxxx=",
    ]

}

/// One part of a case in one setting, and what it may do.
struct TransitionPart: Sendable, CustomTestStringConvertible {
    let name: String
    let setting: CaseSetting
    let roles: CaseRoles
    let grid: [String]
    var testDescription: String { name }

    static let joint = CaseSetting.joint(isLead: false, othersEnded: true)
    static let all: [TransitionPart] = [
        TransitionPart(name: "applying, online", setting: .online, roles: .applying, grid: TransitionGrids.applying),
        TransitionPart(name: "applying, collect", setting: .collect, roles: .applying, grid: TransitionGrids.applying),
        TransitionPart(name: "applying, joint", setting: joint, roles: .applying, grid: TransitionGrids.applying),
        TransitionPart(
            name: "collecting, online", setting: .online, roles: .collecting, grid: TransitionGrids.collecting),
        TransitionPart(
            name: "collecting, collect", setting: .collect, roles: .collecting,
            grid: TransitionGrids.collectingInCollect),
        TransitionPart(name: "collecting, joint", setting: joint, roles: .collecting, grid: TransitionGrids.collecting),
        TransitionPart(name: "gateway, online", setting: .online, roles: .gateway, grid: TransitionGrids.gateway),
        TransitionPart(name: "gateway, collect", setting: .collect, roles: .gateway, grid: TransitionGrids.gateway),
        TransitionPart(name: "gateway, joint", setting: joint, roles: .gateway, grid: TransitionGrids.gateway),
        TransitionPart(name: "handling, online", setting: .online, roles: .handling, grid: TransitionGrids.handling),
        TransitionPart(name: "handling, collect", setting: .collect, roles: .handling, grid: TransitionGrids.handling),
        TransitionPart(
            name: "lead, joint, others have ended", setting: .joint(isLead: true, othersEnded: true), roles: .handling,
            grid: TransitionGrids.handling),
        TransitionPart(
            name: "lead, joint, others are at work", setting: .joint(isLead: true, othersEnded: false),
            roles: .handling, grid: TransitionGrids.leadWhileOthersWork),
        TransitionPart(
            name: "branch, joint", setting: .joint(isLead: false, othersEnded: false), roles: .handling,
            grid: TransitionGrids.branch),
    ]
}

/// The transition matrix: state × reported state × part × mode, by the rules and through the merge.
@Suite struct CaseTransitionTests {
    private static let states = CaseState.allCases

    /// What a jump records on the way, from the prose: the main line but for what only some cases have.
    private static func passed(_ from: CaseState, _ to: CaseState) -> [CaseState] {
        if [.notAccepted, .returned, .withdrawn, .voided].contains(to) { return [] }
        let order: [CaseState] = [
            .draft, .submitted, .collected, .transferred, .accepted, .reviewing, .decided, .issued, .delivered, .closed,
        ]
        func place(_ state: CaseState) -> Int {
            order.firstIndex(of: [.supplementing, .special].contains(state) ? .reviewing : state) ?? 0
        }
        guard place(from) < place(to) else { return [] }
        return [.submitted, .accepted, .decided].filter { (place(from) + 1..<place(to)).contains(place($0)) }
    }

    private static func wanted(_ letter: Character, _ from: CaseState, _ to: CaseState) -> StateMove? {
        switch letter {
        case ">": .moves(passed: passed(from, to))
        case "=": .stays
        case "<": .noEffect(.backwards)
        case "!": .noEffect(.notYours)
        case "x": .noEffect(.final)
        case "b": .branch
        default: nil
        }
    }

    private static func cells(_ part: TransitionPart) -> [(from: CaseState, to: CaseState, letter: Character)] {
        zip(states, part.grid).flatMap { from, line in zip(states, line).map { (from, $0, $1) } }
    }

    @Test(arguments: TransitionPart.all)
    func everyCellIsAsTheGridSays(part: TransitionPart) {
        let cells = Self.cells(part)
        #expect(cells.count == 256)
        for cell in cells {
            let move = StateRules.move(from: cell.from, to: cell.to, by: part.roles, in: part.setting)
            #expect(move == Self.wanted(cell.letter, cell.from, cell.to), "\(cell.from) → \(cell.to)")
        }
    }

    // MARK: through the merge

    private static func inForce(_ state: CaseState, _ part: TransitionPart) -> CaseRecord {
        var record = CaseMergeTests.inForce
        record[.status] = state.rawValue
        record[.mode] = part.setting.mode.rawValue
        guard case .joint(let isLead, let othersEnded) = part.setting else { return record }
        record.update(.handling) { $0.append(CaseMergeTests.row(.handling, ["division": "340100"])) }
        let own = StateRules.isOfHandling(state) && !state.isFinal ? state : .transferred
        let other = othersEnded ? "closed" : "reviewing"
        let rows = isLead || !othersEnded ? [("330000", isLead ? own.rawValue : "reviewing")] : []
        for (region, status) in rows + (isLead ? [("340000", other)] : []) {
            record.update(.branches) { $0.append(CaseMergeTests.row(.branches, ["region": region, "status": status])) }
        }
        // A whole that has its result has it with the branches named.
        if state.isResult && isLead && othersEnded {
            record[.named("result.description")] = "分办结果：浙江办结，安徽办结。"
        }
        return record
    }

    private static func reporter(_ part: TransitionPart) -> CaseMerge.Reporter {
        guard case .joint(let isLead, _) = part.setting, part.roles == .handling else {
            return CaseMergeTests.reporter(.zhejiang, part.roles, isLead: part.roles == .handling)
        }
        return CaseMergeTests.reporter(isLead ? .zhejiang : .anhui, .handling, isLead: isLead)
    }

    /// The state afterwards: where a result of the lead waits, the whole is under review meanwhile.
    private static func after(_ letter: Character, _ from: CaseState, _ to: CaseState, _ part: TransitionPart) -> String
    {
        if letter == ">" { return to.rawValue }
        let waits = letter == "b" && part.setting == .joint(isLead: true, othersEnded: false)
        let isBefore = [CaseState.decided, .issued, .delivered].contains(from) == false
        return waits && isBefore ? "reviewing" : from.rawValue
    }

    @Test(arguments: TransitionPart.all)
    func theMergeDoesWhatEveryCellSays(part: TransitionPart) {
        let reporter = Self.reporter(part)
        for cell in Self.cells(part) {
            let before = Self.inForce(cell.from, part)
            let document = CaseMergeTests.document(["status": cell.to.rawValue])
            let merge = CaseMergeTests.merge(document, into: before, by: reporter)
            let status = Self.after(cell.letter, cell.from, cell.to, part)
            let name: Comment = "\(cell.from) → \(cell.to)"
            #expect(merge.record[.status] == status, name)
            #expect(merge.reported?.state == cell.to, name)
            switch cell.letter {
            case ">":
                #expect(merge.move == Self.wanted(">", cell.from, cell.to) && merge.isChange, name)
                let last = merge.record[.events].last?[.eventAction]
                #expect(last == merge.record.eventAction(of: cell.to), name)
            case "b":
                let own = merge.record[.branches].first { $0[.branchRegion] == reporter.region.text }
                #expect(own?[.branchStatus] == cell.to.rawValue || merge.hasForeignParts, name)
            case "=": #expect(merge.record == before && !merge.isChange && !merge.hasForeignParts, name)
            default:
                #expect(merge.move == Self.wanted(cell.letter, cell.from, cell.to) && merge.hasForeignParts, name)
                if part.setting.mode != .joint { #expect(merge.record == before && !merge.isChange, name) }
            }
            let errors = CaseMergeTests.errors(in: merge.record, since: before)
            #expect(errors.isEmpty, "\(name): \(errors)")
        }
    }
}
