namespace Orchestration.Silo.Tests;

/// <summary>A workflow that waits to be told, as the source of an assembly for silo processes.</summary>
internal static class PatientWorkflow
{
    public const string Source = """
        using System.Threading.Tasks;
        using Orchestration.Workflows;
        [assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v10.0")]
        [Workflow("patient")]
        public sealed class Patient : Workflow<int, int>
        {
            private bool _go;
            [Signal] public void Go() => _go = true;
            public override async Task<int> RunAsync(int input)
            {
                await Context.WhenAsync(() => _go);
                await Context.DelayAsync(System.TimeSpan.FromMilliseconds(1));
                return input + 1;
            }
        }
        """;
}
