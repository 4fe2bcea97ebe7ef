using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>AllowNondeterminism, and ORCHA010.</summary>
public class AllowanceTests
{
    [Theory]
    [InlineData("_ = Helper.Method();")]
    [InlineData("_ = Helper.Property;")]
    [InlineData("_ = Helper.ByAccessor;")]
    [InlineData("_ = new Helper();")]
    [InlineData("_ = Trusted.Now;")]
    [InlineData("_ = new Trusted.Inner().Now;")]
    [InlineData("IClock clock = null!; _ = clock.Now;")]
    [InlineData("IOther other = new Other(); _ = other.Now;")]
    [InlineData("[AllowNondeterminism(\"Logged only.\")] DateTime Local() => DateTime.UtcNow; _ = Local();")]
    [InlineData("var now = [AllowNondeterminism(\"Logged only.\")] () => DateTime.UtcNow; _ = now();")]
    public Task Call_OfWhatIsAllowed_ReportsNothing(string statement) => Check.ReportsAsync(Check.Workflow(statement), Helpers);

    [Fact]
    public Task Workflow_MemberAllowed_ReportsTheOthersOnly() => Check.ReportsAsync("""
        public sealed class Tested : Workflow<int, int>
        {
            [AllowNondeterminism("Shown to operators only.")]
            private readonly DateTime _made = DateTime.UtcNow;

            public override Task<int> RunAsync(int input) => Task.FromResult(Allowed() + Other() + _made.Day);

            [AllowNondeterminism("Shown to operators only.")]
            private int Allowed() => DateTime.UtcNow.Day;

            private int Other() => {|ORCHA001:DateTime.UtcNow|}.Day;
        }
        """);

    [Fact]
    public Task Workflow_ClassAllowed_ReportsNothing() => Check.ReportsAsync("""
        [AllowNondeterminism("A test that breaks the rules on purpose.")]
        public sealed class Tested : Workflow<int, int>
        {
            public override Task<int> RunAsync(int input) => Task.FromResult(DateTime.UtcNow.Day);
        }
        """);

    [Fact]
    public Task Allowance_OnAnotherOverload_DoesNotHelp() => Check.ReportsAsync(
        Check.Workflow("_ = Helper.Now(); _ = {|ORCHA001:Helper.Now|}(1);"),
        """
        public static class Helper
        {
            [AllowNondeterminism("Logged only.")] public static DateTime Now() => DateTime.UtcNow;
            public static DateTime Now(int days) => DateTime.UtcNow.AddDays(days);
        }
        """);

    [Fact]
    public Task Allowance_WithoutAReason_Reports() => Check.ReportsAsync("""
        public static class Helper
        {
            private const string Nothing = " ";
            private const string Reason = "Logged only.";
            [{|ORCHA010:AllowNondeterminism("")|}] public static void A() { }
            [{|ORCHA010:AllowNondeterminismAttribute(Nothing)|}] public static void B() { }
            [{|ORCHA010:Orchestration.Workflows.AllowNondeterminism(why: null!)|}] public static void C() { }
            [AllowNondeterminism(Reason)] public static void D() { }
        }
        """);

    private const string Helpers = """
        public sealed class Helper
        {
            [AllowNondeterminism("Logged only.")] public Helper() => _ = DateTime.UtcNow;
            [AllowNondeterminism("Logged only.")] public static DateTime Method() => DateTime.UtcNow;
            [AllowNondeterminism("Logged only.")] public static DateTime Property => DateTime.UtcNow;
            public static DateTime ByAccessor { [AllowNondeterminism("Logged only.")] get => DateTime.UtcNow; }
        }

        [AllowNondeterminism("Logged only.")]
        public static class Trusted
        {
            public static DateTime Now => DateTime.UtcNow;
            public sealed class Inner { public DateTime Now => DateTime.UtcNow; }
        }

        public interface IClock { [AllowNondeterminism("Logged only.")] DateTime Now { get; } }
        public sealed class Clock : IClock { public DateTime Now => DateTime.UtcNow; }
        public interface IOther { DateTime Now { get; } }
        public sealed class Other : IOther { [AllowNondeterminism("Logged only.")] public DateTime Now => DateTime.UtcNow; }
        """;
}
