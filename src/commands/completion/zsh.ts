// The completion script of zsh.

export const zshScript = `#compdef hitless
# zsh completion for hitless; hitless completion --help says where to put it

_hitless() {
  local -a given items behind
  local program line directive=4 tab=$'\\t'
  program=\${words[1]/#\\~/$HOME}
  (( $+commands[$program] )) || [[ -x $program ]] || program=hitless
  given=("\${(@Q)words[2,CURRENT]}")
  given[-1]=\${(Q)PREFIX}
  for line in "\${(@f)$("$program" __complete "\${given[@]}" 2>/dev/null)}"; do
    case $line in
      :*) directive=\${line#:} ;;
      *$tab*) items+=("\${\${line%%$tab*}//:/\\\\:}:\${line#*$tab}") ;;
      ?*) items+=("\${line//:/\\\\:}") ;;
    esac
  done

  (( directive & 2 )) && behind=(-S '')
  (( $#items )) && _describe -t hitless hitless items "\${behind[@]}"
  (( directive & 4 )) && return 0
  # --policy=FILE, or sarif=FILE
  [[ $PREFIX == *=* ]] && compset -P '*='
  if (( directive & 16 )); then
    _files -/
  else
    _files
  fi
}

if [[ $funcstack[1] == _hitless ]]; then
  _hitless "$@"
else
  compdef _hitless hitless
fi
`;
