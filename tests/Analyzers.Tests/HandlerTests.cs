using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA106 to ORCHA109: message handlers.</summary>
public class HandlerTests
{
    [Theory]
    [InlineData("[Signal] public int {|ORCHA106:Approve|}(string by) => 1;")]
    [InlineData("[Signal] public Task<int> {|ORCHA106:Approve|}(string by) => Task.FromResult(1);")]
    [InlineData("[Signal] public async void {|ORCHA106:Approve|}(string by) => await Task.Yield();")]
    [InlineData("[Signal] internal void {|ORCHA106:Approve|}(string by) { }")]
    [InlineData("[Signal] public static void {|ORCHA106:Approve|}(string by) { }")]
    [InlineData("[Signal] public void {|ORCHA106:Approve|}<T>(T by) { }")]
    [InlineData("[Signal] public void {|ORCHA106:Approve|}(ref int by) { }")]
    [InlineData("[Signal] public void {|ORCHA106:Approve|}(Span<int> by) { }", "ORCHA105:Span<int> by")]
    [InlineData("[Signal] public void {|ORCHA106:Approve|}(CancellationToken by) { }")]
    [InlineData("[Signal(CatchAll = true)] public void {|ORCHA106:Any|}(string name, int arguments) { }")]
    [InlineData("[Query] public void {|ORCHA106:Status|}() { }")]
    [InlineData("[Query] public Task<int> {|ORCHA106:Status|}() => Task.FromResult(1);")]
    [InlineData("[Query] public int {|ORCHA106:Status|} { set { } }")]
    [InlineData("[Update] public ValueTask {|ORCHA106:Change|}(int to) => default;")]
    [InlineData("[Update] public void Change(int to) { } [UpdateValidator(\"Change\")] public bool {|ORCHA106:Check|}(int to) "
        + "=> true;")]
    public Task Handler_WrongSignature_Reports(string member, string? alsoAt = null)
    {
        // A type that no message can carry is told at the parameter too.
        if (alsoAt is not null) member = member.Replace("Span<int> by", "Span<int> {|ORCHA105:by|}", StringComparison.Ordinal);
        return Check.ReportsAsync(Check.Workflow("", member));
    }

    [Theory]
    [InlineData("[Signal] public void Approve(string by) { }")]
    [InlineData("[Signal] public Task ApproveAsync(string by) => Task.CompletedTask;")]
    [InlineData("[Signal(CatchAll = true)] public void Any(string name, IReadOnlyList<Payload> arguments) { }")]
    [InlineData("[Query] public int Status() => 1; [Query] public int Other { get; private set; }")]
    [InlineData("[Update] public int Change(int to) => to; [UpdateValidator(nameof(Change))] public void Check(int to) { }")]
    [InlineData("[Update] public Task<int> ChangeAsync(int to) => Task.FromResult(1); [UpdateValidator(\"Change\")] public "
        + "void Check(int to) { }")]
    [InlineData("[Update(\"x\")] public void Change() { } [UpdateValidator(\"x\")] public void Check() { }")]
    [InlineData("[Signal] public void Same() { } [Query(\"Same\")] public int SameQuery() => 1; [Update(\"Same\")] public "
        + "void SameUpdate() { }")]
    public Task Handler_Fitting_ReportsNothing(string member) => Check.ReportsAsync(Check.Workflow("", member));

    [Theory]
    [InlineData("[Signal] public void Approve() { } [Signal] public void {|ORCHA107:Approve|}(int n) { }")]
    [InlineData("[Signal] public void Approve() { } [Signal] public Task {|ORCHA107:ApproveAsync|}() => Task.CompletedTask;")]
    [InlineData("[Query(\"a\")] public int A() => 1; [Query(\"a\")] public int {|ORCHA107:B|} => 1;")]
    [InlineData("[Update] public void A() { } [Update(\"A\")] public void {|ORCHA107:B|}() { }")]
    [InlineData("[Signal(CatchAll = true)] public void A(string n, IReadOnlyList<Payload> a) { } "
        + "[Signal(CatchAll = true)] public void {|ORCHA107:B|}(string n, IReadOnlyList<Payload> a) { }")]
    [InlineData("[Update] public void A() { } [UpdateValidator(\"A\")] public void V() { } [UpdateValidator(\"A\")] public "
        + "void {|ORCHA107:W|}() { }")]
    public Task Handlers_OfOneName_Report(string members) => Check.ReportsAsync(Check.Workflow("", members));

    [Fact]
    public Task Handlers_Inherited_AreOverriddenOrDoubled() => Check.ReportsAsync("""
        public abstract class Base : Workflow<int, int>
        {
            [Signal] public virtual void Approve() { }
            [Signal("deny")] public void Deny() { }
            [Update] public void Change(int to) { }
            public override Task<int> RunAsync(int input) => Task.FromResult(1);
        }

        public sealed class Derived : Base
        {
            [Signal] public override void Approve() { }
            [Signal("deny")] public void {|ORCHA107:Reject|}() { }
            [UpdateValidator("Change")] public void Check(int to) { }
        }
        """);

    [Theory]
    [InlineData("[UpdateValidator(\"Nothing\")] public void {|ORCHA108:Check|}(int to) { }", "there is no update")]
    [InlineData("[Update] public void Change(int to) { } [UpdateValidator(\"Change\")] public void {|ORCHA108:Check|}(string "
        + "to) { }", "(int)")]
    [InlineData("[Update] public void Change(int to) { } [UpdateValidator(\"Change\")] public void {|ORCHA108:Check|}() { "
        + "}", "(int)")]
    [InlineData("[Update] public Task ChangeAsync() => Task.CompletedTask; [UpdateValidator(nameof(ChangeAsync))] public void "
        + "{|ORCHA108:Check|}() { }",
        "is named 'Change'")]
    public async Task Validator_FitsNoUpdate_Reports(string members, string why) =>
        Assert.Contains(why, Assert.Single(await Check.ReportsAsync(Check.Workflow("", members))).GetMessage(null),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("private int _n; [Query] public int Next() => {|ORCHA109:_n++|};")]
    [InlineData("private int _n; [Query] public int Next() { {|ORCHA109:_n|} = 5; return _n; }")]
    [InlineData("public int N { get; set; } [Query] public int Next() { {|ORCHA109:this.N|} += 5; return N; }")]
    [InlineData("private readonly List<int> _l = []; [Query] public int Next() { {|ORCHA109:_l.Add|}(1); return 1; }")]
    [InlineData("private readonly Dictionary<int, int> _d = []; [Query] public int Next() { {|ORCHA109:_d[1]|} = 1; return 1; }")]
    [InlineData("private int _n; [Query] public int Next() => {|ORCHA109:Deep|}(); private int Deep() => Deeper(); private "
        + "int Deeper() => _n = 1;")]
    [InlineData("[Query] public Guid Next() => {|ORCHA109:Context.NewGuid|}();")]
    [InlineData("[Query] public int Next() => {|ORCHA109:Context.Random|}.Next();")]
    [InlineData("private int _n; [Update] public void Set(int n) => _n = n; [UpdateValidator(\"Set\")] public void Check(int "
        + "n) => {|ORCHA109:_n|} = n;")]
    public Task Query_ChangesSomething_Reports(string members) => Check.ReportsAsync(Check.Workflow(
        "", members.Replace("{|ORCHA109:_n++|}", "{|ORCHA109:_n|}++", StringComparison.Ordinal)));

    [Theory]
    [InlineData("private int _n; [Query] public int Next() { var n = _n; n++; return n; } [Signal] public void Set() => _n = 1;")]
    [InlineData("private readonly List<int> _l = []; [Query] public List<int> Next() { var l = new List<int>(_l); l.Add(1); "
        + "return l; }")]
    [InlineData("[Query] public DateTimeOffset Next() => Context.UtcNow;")]
    [InlineData("private readonly List<int> _l = []; [Query] public int Next() => _l.Where(x => x > 1).Sum();")]
    public Task Query_OnlyReads_ReportsNothing(string members) => Check.ReportsAsync(Check.Workflow("", members));
}
