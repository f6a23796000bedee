/** What only an extended legacy file holds. @param {string} turn_id */
export function extendedEvents(turn_id) {
  const duration = { secs: 1, nanos: 500_000_000 };
  const command = {
    call_id: 'call-x',
    turn_id,
    command: ['bash', '-lc', 'echo hi'],
    cwd: '/w',
    parsed_cmd: [],
  };
  return [
    { ...command, type: 'exec_command_begin' },
    {
      ...command,
      type: 'exec_command_end',
      stdout: '',
      stderr: '',
      aggregated_output: 'hi\n',
      exit_code: 0,
      duration,
      formatted_output: '',
      status: 'completed',
    },
    { type: 'view_image_tool_call', call_id: 'view-x', path: '/w/a.png' },
    { type: 'error', message: 'it failed', codex_error_info: 'other' },
    { type: 'stream_error', message: 'again', codex_error_info: 'other' },
    { type: 'plan_update', explanation: null, plan: [] },
    {
      type: 'sub_agent_activity',
      event_id: 'sub-x',
      agent_thread_id: '01a20500-0000-7000-8000-000000000003',
      agent_path: '/root/x',
      kind: 'started',
      occurred_at_ms: 1,
    },
    { type: 'web_search_end', call_id: 'web-x', query: 'q', action: { type: 'search', query: 'q' } },
    { type: 'thread_name_updated', thread_name: 'a name' },
    { type: 'warning', message: 'careful' },
  ];
}
