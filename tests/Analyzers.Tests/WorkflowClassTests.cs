using Orchestration.Analyzers.Tests.Support;

namespace Orchestration.Analyzers.Tests;

/// <summary>ORCHA101, 102, 103 and 110: how workflow classes are made and named.</summary>
public class WorkflowClassTests
{
    private const string Run = "public override Task<int> RunAsync(int input) => Task.FromResult(1);";

    [Theory]
    [InlineData("public sealed class {|ORCHA101:A|}(int n) : Workflow<int, int> { public int N => n; RUN }")]
    [InlineData("public sealed class {|ORCHA101:A|} : Workflow<int, int> { private A() { } RUN }")]
    [InlineData("public sealed class {|ORCHA101:A|} : Workflow<int, int> { internal A() { } RUN }")]
    [InlineData("internal sealed class {|ORCHA102:A|} : Workflow<int, int> { RUN }")]
    [InlineData("public static class Outer { internal sealed class {|ORCHA102:A|} : Workflow<int, int> { RUN } }")]
    [InlineData("[{|ORCHA110:Workflow(\"\")|}] public sealed class A : Workflow<int, int> { RUN }")]
    public Task Class_ThatASiloRefusesOrOverlooks_Reports(string source) =>
        Check.ReportsAsync(source.Replace("RUN", Run, StringComparison.Ordinal));

    [Theory]
    [InlineData("public sealed class A : Workflow<int, int> { RUN }")]
    [InlineData("public sealed class A : Workflow<int, int> { public A() { } public A(int n) { } RUN }")]
    [InlineData("public abstract class A : Workflow<int, int> { protected A(int n) { } }")]
    [InlineData("public static class Outer { public sealed class A : Workflow<int, int> { RUN } }")]
    [InlineData("[Workflow(\"a\")] public sealed class A : Workflow<int, int> { RUN } [Workflow(\"b\")] public sealed class B "
        + ": Workflow<int, int> { RUN }")]
    public Task Class_Fitting_ReportsNothing(string source) =>
        Check.ReportsAsync(source.Replace("RUN", Run, StringComparison.Ordinal));

    [Fact]
    public async Task Name_LongerThan200Characters_Reports()
    {
        var reported = await Check.ReportsAsync(
            $"[{{|ORCHA110:Workflow(\"{new string('a', 201)}\")|}}] public sealed class A : Workflow<int, int> {{ {Run} }}");
        Assert.Contains("201 characters long", Assert.Single(reported).GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_OfTwoClasses_ReportsAtAllButTheFirst()
    {
        var reported = await Check.ReportsAsync(
            $"[Workflow(\"order\")] public sealed class A : Workflow<int, int> {{ {Run} }}",
            $"[Workflow(\"order\")] public sealed class {{|ORCHA103:B|}} : Workflow<int, int> {{ {Run} }}",
            $"public static class X {{ public sealed class C : Workflow<int, int> {{ {Run} }} }}",
            $"public static class Y {{ public sealed class {{|ORCHA103:C|}} : Workflow<int, int> {{ {Run} }} }}");
        Assert.Equal(
            "'A' and 'B' both are the workflow 'order'; a silo can host only one of them", reported[0].GetMessage(null));
    }
}
