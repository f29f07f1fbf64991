# Tokens of rl-000-1 by change of probability
#
# Tokens of the response rl-000-1 in reading order. Colour: change of the probability of the
# token, Δp = q(y) − p(y), where p is the model before and q the model after, both given the
# same preceding tokens. Blue with a bar above: more likely after; orange with a bar below: less
# likely (bars from |Δp| = 0.100). Hatched: not measured. A dot marks a space, ¶ a new line, → a
# tabulator; bytes that are no text stand in ‹ ›; □ in the PDF is a character that its fonts may
# lack. Pairs: base → sft; base → rl.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot tokens.gp
# It reads tokens.tsv and writes tokens.svg and tokens.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,203 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_tokens' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,203./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'tokens.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.01029
  set rmargin at screen 0.48971
  set bmargin at screen 0.17734
  set tmargin at screen 0.92611
  unset border
  set xrange [0:233]
  unset xtics
  set yrange [0:151.5]
  unset ytics
  set label 'base → sft' at screen 0.25,0.96059 center noenhanced front
  set label 'first 120 of 140 tokens' at screen 0.02058,0.21675 left font ',8' noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox horizontal user origin screen 0.3,0.12315 size screen 0.4,0.03448 border 1
  set cbtics offset 0,0.5 scale 0.25 font ',8' ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'change of token probability Δp' at screen 0.5,0.02956 center noenhanced front
  plot 'tokens.tsv' index 0 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'tokens.tsv' index 0 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'tokens.tsv' index 0 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.51029
  set rmargin at screen 0.98971
  set bmargin at screen 0.17734
  set tmargin at screen 0.92611
  unset border
  set xrange [0:233]
  unset xtics
  set yrange [0:151.5]
  unset ytics
  set label 'base → rl' at screen 0.75,0.96059 center noenhanced front
  set label 'first 120 of 140 tokens' at screen 0.52058,0.21675 left font ',8' noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'tokens.tsv' index 1 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'tokens.tsv' index 1 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'tokens.tsv' index 1 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  unset multiplot
  set output
}
